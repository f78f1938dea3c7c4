package io.farref.tests.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.farref.EncodingException;
import io.farref.Peer;
import io.farref.RRef;
import io.farref.RpcException.Execution;
import io.farref.SameHost;
import io.farref.Worker;
import io.farref.WorkerLostException;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import io.farref.tests.Ports;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A value that is larger than the memory of the process that gets it: only that call fails, and
 * says what did not fit.
 */
@Timeout(240)
@ExtendWith(NoLeaks.class)
class TooLargeForMemoryTest {
  private static final int SIZE = 56 << 20;

  private static final List<String> SMALL = List.of("-Xmx48m", "-XX:MaxDirectMemorySize=32m");

  enum Kind {
    BYTES {
      @Override
      Object make() {
        return new byte[SIZE];
      }
    },
    LONGS {
      @Override
      Object make() {
        return new long[SIZE / Long.BYTES];
      }
    },
    STRING {
      @Override
      Object make() {
        return "x".repeat(SIZE);
      }
    },
    HEAP_BUFFER {
      @Override
      Object make() {
        return ByteBuffer.allocate(SIZE);
      }
    },
    DIRECT_BUFFER {
      @Override
      Object make() {
        return ByteBuffer.allocateDirect(SIZE);
      }
    },
    ARRAYS {
      @Override
      Object make() {
        return IntStream.range(0, 40).mapToObj(_ -> new byte[SIZE / 40]).toList();
      }
    },
    OBJECTS {
      @Override
      Object make() {
        return new ArrayList<>(IntStream.range(0, SIZE / 20).boxed().toList());
      }
    },
    SMALL_ARRAYS {
      @Override
      Object make() {
        return Collections.unmodifiableList(
            new ArrayList<>(
                IntStream.range(0, SIZE / 1000).mapToObj(_ -> new byte[1000]).toList()));
      }
    };

    abstract Object make();
  }

  private static int take(Object value) {
    return value.hashCode();
  }

  private static boolean makeAtA(Kind kind) {
    return Worker.current().peer("a").rpcSync(() -> kind.make()) != null;
  }

  private final Queue<WorkerLostException> lost = new ConcurrentLinkedQueue<>();

  private static void assertDoesNotFit(Throwable failure, Execution execution, Object what) {
    assertThat(failure)
        .as("%s", what)
        .isInstanceOfSatisfying(
            EncodingException.class, e -> assertThat(e.execution()).isEqualTo(execution))
        .hasMessageContainingAll("-Xmx", "worker b", "bytes");
  }

  @ParameterizedTest
  @EnumSource(
      value = SameHost.class,
      names = {"TCP", "UNIX", "SHM"})
  void aValueThatDoesNotFitIntoTheReceiverFailsItsCallOnly(SameHost transport) throws Exception {
    String place = "tcp://127.0.0.1:" + Ports.free();
    String scheme = transport.name().toLowerCase(Locale.ROOT);
    Map<String, String> environment =
        Map.of(
            "FARREF_RENDEZVOUS", place,
            "FARREF_WORLD_SIZE", "2",
            "FARREF_NAME", "b",
            "FARREF_RANK", "1",
            "FARREF_SAME_HOST", scheme);
    try (Jvm jvmB = Jvm.start(environment, SMALL);
        Worker a =
            Worker.builder()
                .name("a")
                .rank(0)
                .worldSize(2)
                .rendezvous(place)
                .sameHost(transport)
                .joinTimeout(Duration.ofSeconds(90))
                .join()) {
      Peer b = a.peer("b");
      b.onLost(lost::add);
      assertThat(b.rpcSync(() -> Worker.current().peer("a").rpcSync(() -> 1))).isEqualTo(1);
      assertThat(a.connections()).allMatch(each -> each.transport().equals(scheme));
      for (Kind kind : Kind.values()) {
        Object value = kind.make();
        assertDoesNotFit(
            catchThrowable(() -> b.rpcSync(() -> take(value))), Execution.NOT_EXECUTED, kind);
        assertThat(b.rpcSync(() -> 1)).isEqualTo(1);
        try (RRef<Integer> dead = b.remote(() -> take(value))) {
          assertDoesNotFit(catchThrowable(dead::toHere), Execution.NOT_EXECUTED, kind);
        }
        assertDoesNotFit(
            catchThrowable(() -> b.rpcSync(() -> makeAtA(kind))), Execution.EXECUTED, kind);
        assertThat(b.rpcSync(() -> Worker.current().peer("a").rpcSync(() -> 1))).isEqualTo(1);
      }
      byte[] fits = new byte[1 << 20];
      assertThat(b.<byte[], RuntimeException>rpcSync(() -> fits)).hasSize(1 << 20);
      assertThat(lost).isEmpty();
      jvmB.leave();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"BYTES", "STRING", "DIRECT_BUFFER", "ARRAYS"})
  void otherCallsSucceedMeanwhile(Kind kind) throws Exception {
    String place = "tcp://127.0.0.1:" + Ports.free();
    Map<String, String> environment =
        Map.of(
            "FARREF_RENDEZVOUS", place,
            "FARREF_WORLD_SIZE", "2",
            "FARREF_NAME", "b",
            "FARREF_RANK", "1");
    try (Jvm jvmB = Jvm.start(environment, SMALL);
        Worker a =
            Worker.builder()
                .name("a")
                .rank(0)
                .worldSize(2)
                .rendezvous(place)
                .joinTimeout(Duration.ofSeconds(90))
                .join()) {
      Peer b = a.peer("b");
      b.onLost(lost::add);
      AtomicInteger answered = new AtomicInteger();
      Queue<Throwable> failed = new ConcurrentLinkedQueue<>();
      Thread others =
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (!Thread.currentThread().isInterrupted()) {
                      try {
                        answered.addAndGet(b.rpcAsync(() -> 1).join());
                      } catch (RuntimeException e) {
                        failed.add(e);
                      }
                    }
                  });
      Object value = kind.make();
      for (int i = 0; i < 3; i++) {
        int before = answered.get();
        assertDoesNotFit(
            catchThrowable(() -> b.rpcSync(() -> take(value))), Execution.NOT_EXECUTED, kind);
        while (answered.get() == before) {
          Thread.onSpinWait();
        }
      }
      others.interrupt();
      others.join();
      assertThat(failed).isEmpty();
      assertThat(lost).isEmpty();
      jvmB.leave();
    }
  }

  /** Runs in a process with a small heap: both workers are in it. */
  static String inProcess() {
    try (LocalGroup group = LocalGroup.of("x", "y")) {
      Peer y = group.worker("x").peer("y");
      byte[] value = new byte[20 << 20];
      Throwable failure = catchThrowable(() -> y.rpcSync(() -> take(value)));
      int next = y.rpcSync(() -> 1);
      return next + ": " + failure;
    }
  }

  @Test
  void aValueThatDoesNotFitTwiceIntoOneProcessFailsItsCallOnly() throws Exception {
    String place = "tcp://127.0.0.1:" + Ports.free();
    Map<String, String> environment =
        Map.of(
            "FARREF_RENDEZVOUS", place,
            "FARREF_WORLD_SIZE", "2",
            "FARREF_NAME", "b",
            "FARREF_RANK", "1");
    try (Jvm jvmB = Jvm.start(environment, SMALL);
        Worker a =
            Worker.builder()
                .name("a")
                .rank(0)
                .worldSize(2)
                .rendezvous(place)
                .joinTimeout(Duration.ofSeconds(90))
                .join()) {
      String outcome =
          a.peer("b").<String, RuntimeException>rpcSync(TooLargeForMemoryTest::inProcess);
      assertThat(outcome).startsWith("1: " + EncodingException.class.getName()).contains("-Xmx");
      jvmB.leave();
    }
  }
}
