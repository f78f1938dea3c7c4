package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.Peer;
import io.farref.testkit.LocalGroup;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a function leaves on its thread is not found by functions of other peers. */
class HandedOverThreadsTest extends TwoWorkers {
  private static final Thread.UncaughtExceptionHandler HANDLER = (_, _) -> {};
  private static final ThreadLocal<String> LOCAL = new ThreadLocal<>();
  private static final InheritableThreadLocal<String> INHERITED = new InheritableThreadLocal<>();
  private static final ClassLoader OTHER = new URLClassLoader(new URL[0]);
  private static final Set<Thread> USED = ConcurrentHashMap.newKeySet();

  private ClassLoader before;
  private ClassLoader joining;

  @Override
  LocalGroup start() {
    before = Thread.currentThread().getContextClassLoader();
    joining = new URLClassLoader(new URL[0], before);
    Thread.currentThread().setContextClassLoader(joining);
    try {
      return LocalGroup.of("a", "b", "c");
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  @BeforeEach
  @AfterEach
  void reset() {
    Gates.reset();
    USED.clear();
  }

  /** Leaves all that a function can leave on a thread. */
  @SuppressWarnings("ThreadPriorityCheck") // it is one of the things that are left
  private static void soil() {
    Thread here = Thread.currentThread();
    LOCAL.set("left");
    INHERITED.set("left");
    here.setName("left");
    here.setContextClassLoader(OTHER);
    here.setUncaughtExceptionHandler(HANDLER);
    if (!here.isVirtual()) {
      here.setPriority(Thread.MAX_PRIORITY);
    }
    here.interrupt();
    USED.add(here);
  }

  private static void soilAndPass(String gate) {
    soil();
    Gates.pass(gate);
  }

  /** What an earlier function has left on this thread. */
  private static String found() {
    Thread here = Thread.currentThread();
    List<String> found = new ArrayList<>();
    if (LOCAL.get() != null) {
      found.add("a thread local");
    }
    if (INHERITED.get() != null) {
      found.add("an inheritable thread local");
    }
    found.addAll(foundOfItsOwnPeer());
    return here.isInterrupted() ? found + " and an interrupt" : found.toString();
  }

  private static Collection<String> foundOfItsOwnPeer() {
    Thread here = Thread.currentThread();
    List<String> found = new ArrayList<>();
    if (here.getName().equals("left")) {
      found.add("a name");
    }
    if (here.getContextClassLoader() == OTHER) {
      found.add("a class loader");
    }
    if (here.getPriority() != Thread.NORM_PRIORITY) {
      found.add("a priority");
    }
    if (here.getUncaughtExceptionHandler() == HANDLER) {
      found.add("a handler");
    }
    if (here.isInterrupted()) {
      found.add("an interrupt");
    }
    return found;
  }

  private static String foundAndPass(String gate) {
    String found = found();
    Gates.pass(gate);
    return found;
  }

  private static String foundByANewConnection(String to) {
    return io.farref.Worker.current()
        .peer(to)
        .<String, RuntimeException>rpcSync(HandedOverThreadsTest::foundAndCallBack);
  }

  private static String foundAndCallBack() {
    return found() + io.farref.Worker.current().peer("b").rpcSync(HandedOverThreadsTest::found);
  }

  @Test
  void functionsOfOtherPeersFindNothingOfWhatFunctionsLeft() {
    Peer fromC = group.worker("c").peer("b");
    Set<String> found = new TreeSet<>();
    for (int round = 0; round < 10; round++) {
      String gate = "gate " + round;
      // The functions of a keep their threads, so that others read on, and then give them back.
      List<CompletableFuture<Void>> soiling = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        soiling.add(toB.runAsync(() -> soilAndPass(gate)));
        toB.runSync(() -> soil());
      }
      Gates.open(gate);
      soiling.forEach(CompletableFuture::join);
      // Those of c keep theirs as well, so that c needs threads that were used before.
      String other = "other " + round;
      List<CompletableFuture<String>> looking = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        looking.add(fromC.rpcAsync(() -> foundAndPass(other)));
        found.add(fromC.<String, RuntimeException>rpcSync(HandedOverThreadsTest::found));
      }
      Gates.open(other);
      looking.forEach(each -> found.add(each.join()));
    }
    assertThat(USED).as("threads that read ran functions").anyMatch(each -> !each.isVirtual());
    assertThat(found).containsExactly("[]");
  }

  @Test
  void aConnectionThatAFunctionOpensHasCleanThreads() {
    toB.runSync(() -> soil());
    String there =
        toB.rpcSync(
            () -> {
              soil();
              Thread.interrupted();
              return foundByANewConnection("c");
            });
    assertThat(there).isEqualTo("[][]");
  }

  @Test
  void theNextFunctionOfTheSamePeerFindsTheThreadItselfAsItWas() {
    for (int i = 0; i < 20; i++) {
      toB.runSync(() -> soil());
      Collection<String> found =
          toB.<Collection<String>, RuntimeException>rpcSync(
              HandedOverThreadsTest::foundOfItsOwnPeer);
      assertThat(found).isEmpty();
    }
    assertThat(USED).anyMatch(each -> !each.isVirtual());
  }

  @Test
  void theContextClassLoaderOfAFunctionIsThatOfTheThreadThatJoined() {
    LOADERS.clear();
    for (int i = 0; i < 5; i++) {
      toB.runSync(() -> LOADERS.add(Thread.currentThread().getContextClassLoader()));
    }
    String large = "x".repeat(40_000);
    toB.runSync(
        () -> {
          assertThat(large).hasSize(40_000);
          assertThat(Thread.currentThread().isVirtual()).isTrue();
          LOADERS.add(Thread.currentThread().getContextClassLoader());
        });
    assertThat(LOADERS).containsExactly(joining);
    LOADERS.clear();
  }

  private static final Set<ClassLoader> LOADERS = ConcurrentHashMap.newKeySet();
}
