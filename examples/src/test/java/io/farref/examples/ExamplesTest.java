package io.farref.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.examples.actorlearner.ActorLearner;
import io.farref.examples.batching.Batching;
import io.farref.examples.paramserver.ParameterServer;
import io.farref.examples.ring.Ring;
import io.farref.tools.Job;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every example runs over four JVMs, as {@code ./farref run -n 4} does, and finds itself right. */
@Timeout(120)
class ExamplesTest {
  @Test
  void ringPassesTheBookOnInOrder() throws Exception {
    assertRuns(Ring.class, "200 hops in order");
  }

  @Test
  void batchingAnswersManyRequestsTogether() throws Exception {
    assertRuns(Batching.class, "1,500 requests in");
  }

  @Test
  void parameterServerConverges() throws Exception {
    assertRuns(ParameterServer.class, "after 1,200 pushes");
  }

  @Test
  void actorsAndLearnerFindTheShortestWay() throws Exception {
    assertRuns(ActorLearner.class, "the way now takes 15 steps");
  }

  private static void assertRuns(Class<?> example, String output) throws Exception {
    Queue<String> lines = new ConcurrentLinkedQueue<>();
    try (Job job =
        Job.builder()
            .mainClass(example.getName())
            .workers(4)
            .output(line -> lines.add(line.worker().name() + ": " + line.text()))
            .notices(lines::add)
            .start()) {
      assertThat(job.waitFor().exitCode()).as("%s", lines).isZero();
    }
    assertThat(lines).anySatisfy(line -> assertThat(line).startsWith("w0: ").contains(output));
  }
}
