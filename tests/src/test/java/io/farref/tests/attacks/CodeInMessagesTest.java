package io.farref.tests.attacks;

import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.Access;
import io.farref.Authorizer;
import io.farref.EncodingException;
import io.farref.Peer;
import io.farref.RRef;
import io.farref.RefusedException;
import io.farref.RemoteCallable;
import io.farref.RemoteFunction;
import io.farref.RpcException.Execution;
import io.farref.Worker;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import java.io.Serializable;
import java.lang.reflect.Constructor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A client, mallory, hides code in the values of its messages to a server that does not allow it:
 * none of it may run before the server's rule has been asked, nor after it has said no. The same
 * for what a server hides in its answers.
 */
@ExtendWith(NoLeaks.class)
class CodeInMessagesTest {
  private static volatile Authorizer rule = _ -> true;
  private static final List<Access> asked = new CopyOnWriteArrayList<>();

  private final AtomicInteger rank = new AtomicInteger();
  private final LocalGroup group =
      LocalGroup.builder()
          .configure(
              worker -> {
                if (rank.getAndIncrement() == 0) {
                  worker.authorize(
                      access -> {
                        asked.add(access);
                        return rule.allows(access);
                      });
                }
              })
          .start("server", "mallory");
  private final Peer mallory = group.worker("mallory").self();
  private final Peer server = group.worker("mallory").peer("server");

  /** What the server offers. */
  interface Shelf {
    int put(Object value);

    Object take();

    Object run(RemoteFunction<Object, Object, RuntimeException> function);
  }

  static final class Box implements Shelf {
    @Override
    public int put(Object value) {
      return value == null ? 0 : 1;
    }

    @Override
    public Object take() {
      return "nothing";
    }

    @Override
    public Object run(RemoteFunction<Object, Object, RuntimeException> function) {
      return function.apply("secret");
    }
  }

  @AfterEach
  void leave() {
    rule = _ -> true;
    group.closeNow();
    asked.clear();
    Bombs.EXPLODED.clear();
  }

  private RRef<Box> box() {
    RRef<Box> box = server.remote(Box::new);
    assertThat(box.as(Shelf.class).take()).isEqualTo("nothing");
    return box;
  }

  private static void assertRefusedAndNothingRan(String what, Runnable call) {
    Bombs.EXPLODED.clear();
    assertThatThrownBy(call::run)
        .as(what)
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> assertThat(e.execution()).as(what).isEqualTo(Execution.NOT_EXECUTED))
        .hasMessageContaining("does not authorize worker 'mallory'");
    assertThat(Bombs.EXPLODED).as(what).isEmpty();
  }

  @Test
  void bombsExplodeWhereTheRuleLetsThemThrough() {
    try (RRef<Box> box = box()) {
      Bombs.all(mallory)
          .forEach(
              (what, bomb) -> {
                Bombs.EXPLODED.clear();
                box.as(Shelf.class).put(bomb);
                assertThat(Bombs.EXPLODED).as(what).isNotEmpty();
              });
    }
  }

  @Test
  void noCodeInAnArgumentRunsBeforeTheRuleRefusesTheCall() {
    Map<String, Object> bombs = Bombs.all(mallory);
    try (RRef<Box> box = box()) {
      Shelf shelf = box.as(Shelf.class);
      rule = _ -> false;
      bombs.forEach(
          (what, bomb) -> {
            assertRefusedAndNothingRan(what, () -> shelf.put(bomb));
            assertRefusedAndNothingRan("by name, " + what, () -> box.call("put", bomb));
            assertRefusedAndNothingRan(
                "captured, " + what, () -> box.rpcSync(each -> each.put(bomb)));
            assertRefusedAndNothingRan("on the worker, " + what, () -> server.rpcSync(of(bomb)));
            assertRefusedAndNothingRan("large, " + what, () -> shelf.put(Bombs.large(bomb)));
          });
    }
  }

  private static RemoteCallable<Integer, RuntimeException> of(Object bomb) {
    return () -> bomb.hashCode();
  }

  @Test
  void noCodeRunsInACallOfAnyStyle() {
    Object bomb = Bombs.hashed().get("HashMap");
    try (RRef<Box> box = box()) {
      rule = _ -> false;
      assertRefusedAndNothingRan("deep", () -> box.as(Shelf.class).put(Bombs.deep(bomb)));
      assertRefusedAndNothingRan("retried", () -> server.retrying().rpcSync(of(bomb)));
      try (RRef<Integer> created = server.remote(of(bomb))) {
        assertRefusedAndNothingRan("created", created::toHere);
      }
      assertRefusedAndNothingRan(
          "stage", () -> join(server.rpcCompose(() -> completedFuture(bomb.hashCode()))));
    }
  }

  private static void join(CompletableFuture<?> call) {
    try {
      call.join();
    } catch (CompletionException e) {
      throw (RuntimeException) e.getCause();
    }
  }

  /** Only the methods of an interface, and no functions: the rule of a server with clients. */
  @Test
  void aServerThatOffersAnInterfaceRunsNoComparatorOfAClient() {
    Map<String, Object> bombs = Bombs.sorted(Bombs.comparators(mallory).get("lambda"));
    try (RRef<Box> box = box()) {
      rule = Authorizer.onlyMethodsOf(Shelf.class);
      assertThat(box.as(Shelf.class).put(Map.of("x", 1))).isEqualTo(1);
      bombs.forEach(
          (what, bomb) -> assertRefusedAndNothingRan(what, () -> box.as(Shelf.class).put(bomb)));
      assertThat(asked.getLast().carriesCode()).isTrue();
    }
  }

  @Test
  void aFunctionThatIsAnObjectIsNotMadeBeforeTheRuleIsAsked() {
    record Evil(Object bomb) implements RemoteCallable<Integer, RuntimeException> {
      @Override
      public Integer call() {
        return 1;
      }
    }
    Object bomb = Bombs.hashed().get("HashSet");
    rule = _ -> false;
    assertRefusedAndNothingRan("object", () -> server.rpcSync(new Evil(bomb)));
    assertThat(asked.getLast().code()).isEqualTo(Evil.class.getName());
    assertThat(asked.getLast().method()).isEqualTo("call");
  }

  /** A method call as an argument would be a function that no rule sees. */
  @Test
  void aCallOfTheLibraryAsAnArgumentIsMalformed() throws Exception {
    try (RRef<Box> box = box()) {
      rule = Authorizer.onlyMethodsOf(Shelf.class);
      Object hidden = methodCall("append", "!");
      for (Object argument : List.of(hidden, List.of(hidden), new TreeMap<>(Map.of("k", hidden)))) {
        assertThatThrownBy(() -> box.call(argument == hidden ? "run" : "put", argument))
            .isInstanceOf(EncodingException.class)
            .hasMessageContaining("is a call, and stands where a value should");
      }
      rule = _ -> true;
      assertThatThrownBy(() -> box.rpcSync(each -> each.put(hidden)))
          .isInstanceOf(EncodingException.class);
    }
  }

  private static Object methodCall(String method, Object... arguments) throws Exception {
    Class<?> type = Class.forName("io.farref.facade.MethodCall");
    Class<?> mode = Class.forName("io.farref.facade.MethodCall$Mode");
    Constructor<?> constructor =
        type.getDeclaredConstructor(mode, boolean.class, String.class, Object[].class);
    constructor.setAccessible(true);
    return constructor.newInstance(mode.getEnumConstants()[0], true, method, arguments);
  }

  @Test
  void codeInAnAnswerRunsOnlyIfTheRuleOfTheCallerAllowsIt() {
    Worker worker = group.worker("server"); // has a rule, and calls mallory
    Peer callee = worker.peer("mallory");
    assertThat(callee.rpcSync(() -> new ArrayList<>(List.of("x")))).containsExactly("x");
    assertThat(asked).as("no functions, no question").isEmpty();
    assertThat(callee.rpcSync(CodeInMessagesTest::sortedByLambda)).hasSize(2);
    assertThat(asked).singleElement().matches(each -> each.kind() == Access.Kind.RESULT);

    rule = Authorizer.noShippedFunctions();
    for (RemoteCallable<Object, RuntimeException> each :
        List.<RemoteCallable<Object, RuntimeException>>of(
            CodeInMessagesTest::sortedByLambda,
            () -> (Runnable & Serializable) () -> {},
            () -> Bombs.large(sortedByLambda()),
            CodeInMessagesTest::thrown)) {
      assertThatThrownBy(() -> callee.rpcSync(each))
          .isInstanceOfSatisfying(
              RefusedException.class, e -> assertThat(e.execution()).isEqualTo(Execution.EXECUTED))
          .hasMessageContaining(
              "worker 'server' does not authorize worker 'mallory' to answer with functions");
    }
    Bombs.EXPLODED.clear();
    assertThatThrownBy(() -> callee.rpcAsync(CodeInMessagesTest::sortedByLambda).join())
        .hasRootCauseInstanceOf(RefusedException.class);
    assertThat(Bombs.EXPLODED).allMatch(each -> each.contains(" on farref-mallory-"));
  }

  static TreeMap<String, Integer> sortedByLambda() {
    TreeMap<String, Integer> map =
        new TreeMap<>(
            (java.util.Comparator<String> & Serializable)
                (a, b) -> {
                  Bombs.EXPLODED.add("answer on " + Thread.currentThread().getName());
                  return a.compareTo(b);
                });
    map.put("x", 1);
    map.put("y", 2);
    return map;
  }

  private static final class WithState extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // never goes through Java serialization
    final Object state;

    WithState(Object state) {
      this.state = state;
    }
  }

  static Object thrown() {
    throw new WithState(sortedByLambda());
  }

  /** A rule may ask others and wait; the caller that gives up does not leave it waiting. */
  @Test
  void aRuleThatWaitsIsInterruptedWhenTheCallerGivesUp() throws Exception {
    CountDownLatch asks = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    try (RRef<Box> box = box()) {
      rule =
          _ -> {
            assertThat(Worker.current().name()).isEqualTo("server");
            asks.countDown();
            try {
              new CountDownLatch(1).await();
            } catch (InterruptedException e) {
              interrupted.countDown();
            }
            return true;
          };
      Bombs.EXPLODED.clear();
      Object bomb = Bombs.hashed().get("HashMap");
      var call = box.callAsync("put", bomb);
      assertThat(asks.await(20, TimeUnit.SECONDS)).isTrue();
      call.cancel(true);
      assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }
}
