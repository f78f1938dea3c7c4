package io.farref.tests.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.Access;
import io.farref.Access.Kind;
import io.farref.Authorizer;
import io.farref.Peer;
import io.farref.RRef;
import io.farref.RefusedException;
import io.farref.Tls;
import io.farref.Worker;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class AuthorizationTest {
  private static final AtomicInteger ran = new AtomicInteger();

  private final TlsGroups groups = new TlsGroups();
  private final List<Access> asked = new CopyOnWriteArrayList<>();
  private volatile Authorizer rule = _ -> true;

  @AfterEach
  void leave() {
    groups.close();
  }

  /** Starts a group in which the rule of the test decides about calls to b. */
  private LocalGroup start() {
    AtomicInteger rank = new AtomicInteger();
    return groups.start(
        null,
        null,
        worker -> {
          if (rank.getAndIncrement() == 1) {
            worker.authorize(
                access -> {
                  asked.add(access);
                  return rule.allows(access);
                });
          }
        });
  }

  /** The interface of a value as its callers know it. */
  interface Shelf {
    void put(String book);

    int size();
  }

  static class Books implements Shelf {
    private final List<String> books = new ArrayList<>();

    @Override
    public void put(String book) {
      books.add(book);
    }

    @Override
    public int size() {
      return books.size();
    }
  }

  static int count() {
    return ran.incrementAndGet();
  }

  private static void assertRefused(Runnable call, String... saying) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.safeToRetry()).isTrue())
        .hasMessageContainingAll("worker 'b' does not authorize worker 'a' to")
        .hasMessageContainingAll(saying);
  }

  @Test
  void theRuleIsToldCallerKindAndTarget() {
    LocalGroup group = start();
    Peer toB = group.worker("a").peer("b");
    toB.rpcSync(AuthorizationTest::count);
    toB.runSync(() -> count());
    try (RRef<Books> books = toB.remote(Books::new)) {
      books.as(Shelf.class).put("Faust");
      books.call("size");
      books.rpcSync(Shelf::size);
    }
    try (RRef<String> text = toB.remote(() -> "x")) {
      text.toHere();
    }
    String self = AuthorizationTest.class.getName();
    assertThat(asked).allMatch(each -> each.caller().name().equals("a"));
    assertThat(asked.get(0).code() + "::" + asked.get(0).method()).isEqualTo(self + "::count");
    assertThat(asked.get(1).code()).isEqualTo(self);
    assertThat(asked.get(1).method()).startsWith("lambda$");
    assertThat(asked.get(2).toString()).contains("<init>", "on the worker, creating a value");
    assertThat(asked)
        .extracting(each -> each.kind() + " " + each.method())
        .contains("METHOD put", "METHOD size", "FUNCTION size", "FETCH ");
    assertThat(asked)
        .filteredOn(each -> each.kind() == Kind.METHOD)
        .allMatch(each -> each.target().orElseThrow() == Books.class);
  }

  @Test
  void aRefusedCallDoesNotRunAndTheErrorNamesCallerMethodAndTarget() {
    LocalGroup group = start();
    Peer toB = group.worker("a").peer("b");
    try (RRef<Books> books = toB.remote(Books::new)) {
      books.rpcSync(Books::size);
      rule = access -> !access.method().equals("count") && !access.method().equals("put");
      int before = ran.get();
      assertRefused(() -> toB.rpcSync(AuthorizationTest::count), "::count", "on the worker");
      assertRefused(
          () -> books.as(Shelf.class).put("Faust"), "call put", "on a " + Books.class.getName());
      assertThat(ran.get()).isEqualTo(before);
      assertThat(books.as(Shelf.class).size()).isZero();
    }
  }

  @Test
  void aRefusedCreationFailsEveryUseOfTheValue() {
    LocalGroup group = start();
    rule = access -> !access.creates();
    try (RRef<Books> books = group.worker("a").peer("b").remote(Books::new)) {
      assertThatThrownBy(() -> books.rpcSync(Books::size))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("creating a value");
    }
  }

  @Test
  void withoutShippedFunctionsOnlyValuesThatTheOwnerOffersCanBeUsed() {
    LocalGroup group = start();
    Peer toB = group.worker("a").peer("b");
    RRef<Books> books = toB.remote(Books::new);
    assertThat(books.as(Shelf.class).size()).isZero();
    rule = Authorizer.noShippedFunctions().and(Authorizer.noFetches());
    books.as(Shelf.class).put("Faust");
    assertThat(books.as(Shelf.class).size()).isEqualTo(1);
    assertRefused(() -> toB.rpcSync(() -> 1), "lambda$");
    assertRefused(() -> books.rpcSync(Books::size), "::size");
    assertRefused(() -> books.toHere(), "fetch a " + Books.class.getName());
    books.close();
  }

  /** A function as an argument would be run by the method that receives it. */
  @Test
  void withoutShippedFunctionsFunctionsAreRefusedAsArgumentsToo() {
    LocalGroup group = start();
    try (RRef<ArrayList<String>> list = group.worker("a").peer("b").remote(() -> filled())) {
      Predicate<String> evil = (Predicate<String> & Serializable) each -> count() > 0;
      assertThat(list.call("removeIf", evil)).isEqualTo(true);
      int before = ran.get();
      rule = Authorizer.noShippedFunctions();
      assertRefused(() -> list.call("removeIf", evil), "removeIf", "a function of the caller's");
      assertRefused(() -> list.call("containsAll", List.of(evil)), "a function of the caller's");
      assertThat(ran.get()).isEqualTo(before);
      assertThat(list.call("size")).isEqualTo(0);
    }
  }

  private static ArrayList<String> filled() {
    return new ArrayList<>(List.of("x"));
  }

  enum Colour {
    RED
  }

  /** A class object would give access to any method of the JVM. */
  @Test
  void withoutShippedFunctionsClassObjectsCannotBeReached() {
    LocalGroup group = start();
    try (RRef<Class<?>> type = group.worker("a").peer("b").remote(() -> Colour.class)) {
      assertThat(type.call("getName")).isEqualTo(Colour.class.getName());
      rule = Authorizer.noShippedFunctions();
      assertRefused(() -> type.call("getName"), "call getName on a java.lang.Class");
    }
  }

  @Test
  void onlyTheMethodsOfAnInterfaceAreOffered() {
    LocalGroup group = start();
    Peer toB = group.worker("a").peer("b");
    try (RRef<Books> books = toB.remote(Books::new);
        RRef<ArrayList<String>> list = toB.remote(() -> filled())) {
      list.call("size");
      rule = Authorizer.onlyMethodsOf(Shelf.class);
      books.as(Shelf.class).put("Faust");
      assertThat(books.call("size")).isEqualTo(1);
      assertRefused(() -> books.call("hashCode"), "call hashCode");
      assertRefused(() -> list.call("size"), "call size on a java.util.ArrayList");
      assertRefused(books::toHere, "fetch");
      assertRefused(() -> books.rpcSync(Books::size), "::size");
    }
    assertThatThrownBy(() -> Authorizer.onlyMethodsOf(Books.class))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aRuleThatThrowsRefusesTheCall() {
    LocalGroup group = start();
    rule =
        _ -> {
          throw new IllegalStateException("no list of users");
        };
    assertThatThrownBy(() -> group.worker("a").peer("b").rpcSync(() -> 1))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("no list of users");
  }

  @Test
  void callsToOneselfAndCallsOfTheLibraryAreNotAuthorized() {
    LocalGroup group = start();
    rule = _ -> false;
    assertThat(group.worker("b").self().rpcSync(() -> 1)).isEqualTo(1);
    group.close(); // the library's own calls of a graceful close
    assertThat(asked).isEmpty();
  }

  @Test
  void theRuleGetsTheCertificateOfTheCaller() {
    Certificates certificates = new Certificates();
    LocalGroup group =
        groups.start(
            certificates.tls("a"),
            certificates.tls("b"),
            worker ->
                worker.authorize(
                    access ->
                        Tls.namesIn(access.certificate().orElseThrow()).equals(List.of("a"))));
    assertThat(group.worker("a").peer("b").rpcSync(() -> 1)).isEqualTo(1);
    Worker b = group.worker("b");
    assertThatThrownBy(() -> b.peer("a").rpcSync(() -> 1)).isInstanceOf(RefusedException.class);
  }
}
