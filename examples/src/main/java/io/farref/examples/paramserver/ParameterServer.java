package io.farref.examples.paramserver;

import io.farref.RRef;
import io.farref.Worker;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * Trains one model on several workers: the parameters live on the first, the others pull them, work
 * out a gradient on data of their own, and push it back, each at its own pace.
 *
 * <pre>./farref run -n 4 io.farref.examples.paramserver.ParameterServer</pre>
 *
 * <p>The model is a logistic regression. No worker waits for the slowest: a gradient may have been
 * worked out from parameters that others have moved on since, and training converges all the same.
 */
public final class ParameterServer {
  private static final int FEATURES = 50;
  private static final int STEPS = 400;
  private static final int BATCH = 64;
  private static final double LEARNING_RATE = 0.5;

  private ParameterServer() {}

  /** The model that is trained. Lives on the first worker. Thread-safe. */
  static final class Parameters {
    private final double[] weights = new double[FEATURES];
    private int pushes;

    synchronized double[] pull() {
      return weights.clone();
    }

    synchronized void push(double[] gradient) {
      double rate = LEARNING_RATE / Math.sqrt(1 + pushes / 100.0);
      for (int i = 0; i < FEATURES; i++) {
        weights[i] -= rate * gradient[i];
      }
      pushes++;
    }

    synchronized int pushes() {
      return pushes;
    }
  }

  /** The same methods as a trainer sees them: futures, so that calls and work overlap. */
  interface RemoteParameters {
    CompletableFuture<double[]> pull();

    CompletableFuture<Void> push(double[] gradient);
  }

  /** Every worker runs this: the first one owns the parameters, the others are sent to train. */
  public static void main(String[] args) {
    try (Worker me = Worker.join()) {
      if (me.rank() == 0) {
        Examples test = Examples.generate(5_000, 0);
        try (RRef<Parameters> parameters = me.rref(new Parameters())) {
          double before = test.loss(parameters.localValue().pull());
          trainEverywhere(me, parameters);
          double after = test.loss(parameters.localValue().pull());
          double best = test.loss(Examples.truth());
          check(before, after, best, parameters.localValue().pushes());
        }
      }
    }
  }

  private static void trainEverywhere(Worker me, RRef<Parameters> parameters) {
    List<CompletableFuture<Void>> trainers =
        me.peers().stream()
            .filter(peer -> !peer.isSelf())
            .map(peer -> peer.runAsync(() -> train(parameters, peer.rank())))
            .toList();
    trainers.forEach(CompletableFuture::join);
  }

  /** Runs on the other workers. */
  private static void train(RRef<Parameters> reference, int seed) {
    RemoteParameters server = reference.as(RemoteParameters.class);
    Examples data = Examples.generate(STEPS * BATCH, seed);
    CompletableFuture<double[]> pulled = server.pull();
    CompletableFuture<Void> pushed = CompletableFuture.completedFuture(null);
    for (int step = 0; step < STEPS; step++) {
      double[] weights = pulled.join();
      pulled = server.pull(); // comes while the gradient is worked out: one step old when used
      double[] gradient = data.gradient(weights, step * BATCH, BATCH);
      pushed.join(); // one push on its way, no more
      pushed = server.push(gradient);
    }
    pushed.join();
  }

  private static void check(double before, double after, double best, int pushes) {
    System.out.printf(
        "loss %.4f before, %.4f after %,d pushes (with the true parameters: %.4f)%n",
        before, after, pushes, best);
    if (after > best + 0.02) {
      throw new IllegalStateException("training did not converge");
    }
  }

  /** Inputs and the answers that the true parameters, and some chance, give for them. */
  private static final class Examples {
    private final double[][] inputs;
    private final boolean[] answers;

    Examples(int count) {
      inputs = new double[count][FEATURES];
      answers = new boolean[count];
    }

    static double[] truth() {
      return new Random(7).doubles(FEATURES, -1, 1).toArray();
    }

    static Examples generate(int count, int seed) {
      double[] truth = truth();
      Random random = new Random(1_000 + seed);
      Examples examples = new Examples(count);
      for (int i = 0; i < count; i++) {
        double[] input = examples.inputs[i];
        Arrays.setAll(input, _ -> random.nextGaussian());
        examples.answers[i] = random.nextDouble() < probability(truth, input);
      }
      return examples;
    }

    double[] gradient(double[] weights, int from, int count) {
      double[] gradient = new double[FEATURES];
      for (int i = from; i < from + count; i++) {
        double error = probability(weights, inputs[i]) - (answers[i] ? 1 : 0);
        for (int f = 0; f < FEATURES; f++) {
          gradient[f] += error * inputs[i][f] / count;
        }
      }
      return gradient;
    }

    double loss(double[] weights) {
      return IntStream.range(0, answers.length)
          .mapToDouble(
              i -> {
                double p = probability(weights, inputs[i]);
                return -Math.log(answers[i] ? p : 1 - p);
              })
          .average()
          .orElseThrow();
    }

    private static double probability(double[] weights, double[] input) {
      double sum = 0;
      for (int f = 0; f < FEATURES; f++) {
        sum += weights[f] * input[f];
      }
      return 1 / (1 + Math.exp(-sum));
    }
  }
}
