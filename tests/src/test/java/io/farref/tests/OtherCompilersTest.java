package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.RefusedException;
import io.farref.RemoteCallable;
import io.farref.Worker;
import io.farref.spi.WorkerProvider;
import io.farref.testkit.NoLeaks;
import io.farref.transport.InProcessTransport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Functions that other compilers made: each worker has a build of a program of its own. */
@ExtendWith(NoLeaks.class)
class OtherCompilersTest {
  @ParameterizedTest
  @EnumSource
  void aFunctionWithoutANameRunsInTheSameBuildAndIsRefusedInAnother(
      Language language, @TempDir Path directory) throws Exception {
    Path one = language.build(directory, "one");
    Class<?> program = language.load(one);
    List<Worker> workers =
        join(program, language.load(one), language.load(language.build(directory, "two")));
    try {
      assertThat(language.functions()).hasSizeGreaterThan(4).contains("lambda", "anonymous");
      for (String name : language.functions()) {
        RemoteCallable<?, ?> fn = (RemoteCallable<?, ?>) program.getMethod(name).invoke(null);
        assertThat((String) workers.get(0).peer("w1").rpcSync(fn)).as(name).startsWith("one");
        if (name.startsWith("named")) {
          assertThat((Object) workers.get(0).peer("w2").rpcSync(fn)).as(name).isEqualTo("two");
        } else {
          assertThatThrownBy(() -> workers.get(0).peer("w2").rpcSync(fn))
              .as(name)
              .isInstanceOf(RefusedException.class)
              .hasMessageContaining("differs between the sender and this worker")
              .hasMessageContaining("run the same build on both");
        }
      }
      workers.forEach(TwoWorkers::assertQuiet);
    } finally {
      workers.forEach(Worker::closeNow);
    }
  }

  private static List<Worker> join(Class<?>... programs) {
    String rendezvous = "mem://" + UUID.randomUUID();
    InProcessTransport transport = new InProcessTransport();
    List<CompletableFuture<Worker>> joining = new ArrayList<>();
    for (Class<?> program : programs) {
      Worker.Builder builder =
          WorkerProvider.get()
              .builder(program)
              .name("w" + joining.size())
              .rank(joining.size())
              .worldSize(programs.length)
              .transport(transport)
              .rendezvous(rendezvous)
              .allow("acme")
              .allow("kotlin")
              .allow("groovy");
      joining.add(
          CompletableFuture.supplyAsync(builder::join, task -> Thread.ofPlatform().start(task)));
    }
    return joining.stream().map(CompletableFuture::join).toList();
  }
}
