package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import foreign.Foreign;
import io.farref.Peer;
import io.farref.RRef;
import io.farref.RefusedException;
import io.farref.RemoteCallable;
import io.farref.RpcException.Execution;
import io.farref.Worker;
import io.farref.spi.WorkerProvider;
import io.farref.transport.InProcessTransport;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** A class that is not on the allow list of a worker is never loaded there, and never sent. */
class SafetyTest extends StartedGroups {
  @Test
  void aClassOfAnotherPackageIsRefusedBeforeItLeaves() {
    Peer toB = toB(start((rank, worker) -> {}));
    Object foreigner = new Foreign(1);
    assertThatThrownBy(() -> toB.rpcSync(() -> foreigner.hashCode()))
        .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.safeToRetry()).isTrue())
        .hasMessageContainingAll("foreign.Foreign", ".allow(\"foreign\")");
    assertThatThrownBy(() -> toB.rpcSync(() -> new Foreign(1)))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.execution()).isEqualTo(Execution.EXECUTED))
        .hasMessageContaining("foreign.Foreign");
  }

  @Test
  void aClassAllowedOnBothSidesCanBeSent() {
    Peer toB = toB(start((rank, worker) -> worker.allow("foreign")));
    Foreign foreigner = new Foreign(6);
    assertThat(toB.<Foreign, RuntimeException>rpcSync(() -> foreigner).n()).isEqualTo(6);
    assertThat(toB.rpcSync(Foreign.function())).isEqualTo(1);
  }

  @Test
  void theReceiverRefusesAClassThatOnlyTheSenderAllows() {
    Peer toB =
        toB(
            start(
                (rank, worker) -> {
                  if (rank == 0) {
                    worker.allow("foreign");
                  }
                }));
    Object foreigner = new Foreign(1);
    assertThatThrownBy(() -> toB.rpcSync(() -> foreigner.hashCode()))
        .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.safeToRetry()).isTrue())
        .hasMessageContaining("foreign.Foreign");
    assertThatThrownBy(() -> toB.rpcSync(Foreign.function()))
        .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.safeToRetry()).isTrue())
        .hasMessageContaining("foreign.Foreign");
    try (RRef<Integer> there = toB.remote(Foreign.function())) {
      assertThatThrownBy(there::toHere).isInstanceOf(RefusedException.class);
    }
    assertThat(toB.rpcSync(() -> 1)).isEqualTo(1);
  }

  @Test
  void theCallerRefusesAResultThatOnlyTheCalleeAllows() {
    Peer toB =
        toB(
            start(
                (rank, worker) -> {
                  if (rank == 1) {
                    worker.allow("foreign");
                  }
                }));
    assertThatThrownBy(() -> toB.rpcSync(() -> new Foreign(1)))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.execution()).isEqualTo(Execution.EXECUTED))
        .hasMessageContaining("foreign.Foreign");
    assertThat(toB.rpcSync(() -> 1)).isEqualTo(1);
  }

  /** Has its own copies of the test classes, and remembers which were requested. */
  private static final class RecordingLoader extends ClassLoader {
    private final Set<String> asked = ConcurrentHashMap.newKeySet();

    RecordingLoader() {
      super(SafetyTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      asked.add(name);
      if (!name.startsWith("io.farref.tests.") && !name.startsWith("foreign.")) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> known = findLoadedClass(name);
        return known != null ? known : define(name);
      }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }

  @Test
  void theCheckComesBeforeTheClassIsLoaded() throws Exception {
    RecordingLoader loader = new RecordingLoader();
    String rendezvous = "mem://" + UUID.randomUUID();
    InProcessTransport transport = new InProcessTransport();
    CompletableFuture<Worker> joining =
        CompletableFuture.supplyAsync(
            WorkerProvider.get()
                    .builder(SafetyTest.class)
                    .name("a")
                    .rank(0)
                    .worldSize(2)
                    .transport(transport)
                    .rendezvous(rendezvous)
                    .allow("foreign")
                ::join,
            task -> Thread.ofPlatform().start(task));
    Worker b =
        WorkerProvider.get()
            .builder(loader.loadClass(Shipped.class.getName()))
            .name("b")
            .rank(1)
            .worldSize(2)
            .transport(transport)
            .rendezvous(rendezvous)
            .join();
    Worker a = joining.get();
    try {
      assertThatThrownBy(() -> a.peer("b").rpcSync(Shipped.hashOf(new Foreign(1))))
          .isInstanceOf(RefusedException.class);
      assertThat(loader.asked).doesNotContain("foreign.Foreign");
      assertThat(a.peer("b").rpcSync(Shipped.loader()))
          .as("the other side does load with that loader")
          .isEqualTo(RecordingLoader.class.getName());
    } finally {
      b.closeNow();
      a.closeNow();
    }
  }

  /** Refers to no class of another package. */
  static final class Shipped {
    private Shipped() {}

    static RemoteCallable<Integer, RuntimeException> hashOf(Object any) {
      return () -> any.hashCode();
    }

    static RemoteCallable<String, RuntimeException> loader() {
      return () -> Shipped.class.getClassLoader().getClass().getName();
    }
  }
}
