package io.farref.examples.batching;

import io.farref.RRef;
import io.farref.Worker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Batches made of single calls: many callers on many workers ask a model for one answer each, and
 * the model, much faster on many inputs at once, answers them together.
 *
 * <pre>./farref run -n 4 io.farref.examples.batching.Batching</pre>
 *
 * <p>The trick is {@code rpcCompose}: the method called returns a future, and the reply goes out
 * when the future completes. Until then a request is an entry in a list, not a blocked thread.
 */
public final class Batching {
  private static final int INPUTS = 512;
  private static final int REQUESTS = 500;
  private static final int BATCH = 32;

  private Batching() {}

  /** Lives on the first worker. Thread-safe. */
  static final class Model {
    private final float[][] weights = randomRows(INPUTS, 42);
    private Batch open = new Batch();
    private int batches;

    /** One answer by itself. */
    float infer(float[] input) {
      return forward(List.of(input))[0];
    }

    /** One answer, computed with others: as soon as a batch is full, or after two milliseconds. */
    CompletableFuture<Float> inferBatched(float[] input) {
      CompletableFuture<Float> answer = new CompletableFuture<>();
      int size;
      synchronized (this) {
        open.inputs.add(input);
        open.answers.add(answer);
        size = open.inputs.size();
      }
      if (size == BATCH) {
        run();
      } else if (size == 1) {
        CompletableFuture.delayedExecutor(2, TimeUnit.MILLISECONDS).execute(this::run);
      }
      return answer;
    }

    private void run() {
      Batch batch;
      synchronized (this) {
        batch = open;
        open = new Batch();
        batches += batch.inputs.isEmpty() ? 0 : 1;
      }
      float[] answers = forward(batch.inputs);
      for (int i = 0; i < answers.length; i++) {
        batch.answers.get(i).complete(answers[i]);
      }
    }

    synchronized int batches() {
      return batches;
    }

    /** A layer of neurons, each of which sees all inputs; returns the sum of what fires. */
    private float[] forward(List<float[]> batch) {
      int n = batch.size();
      float[][] columns = new float[INPUTS][n];
      for (int b = 0; b < n; b++) {
        for (int i = 0; i < INPUTS; i++) {
          columns[i][b] = batch.get(b)[i];
        }
      }
      float[] sums = new float[n];
      float[] neuron = new float[n];
      for (float[] row : weights) { // a weight is read once for the whole batch
        Arrays.fill(neuron, 0);
        for (int i = 0; i < INPUTS; i++) {
          float weight = row[i];
          float[] column = columns[i];
          for (int b = 0; b < n; b++) {
            neuron[b] += weight * column[b];
          }
        }
        for (int b = 0; b < n; b++) {
          sums[b] += Math.max(0, neuron[b]);
        }
      }
      return sums;
    }
  }

  /** Requests that wait to be answered together. */
  private static final class Batch {
    final List<float[]> inputs = new ArrayList<>();
    final List<CompletableFuture<Float>> answers = new ArrayList<>();
  }

  /** Every worker runs this: the first one owns the model, the others are sent to ask it. */
  public static void main(String[] args) {
    try (Worker me = Worker.join()) {
      if (me.rank() == 0) {
        try (RRef<Model> model = me.rref(new Model())) {
          double[] single = askFromEverywhere(me, model, false);
          double[] batched = askFromEverywhere(me, model, true);
          check(me, single, batched, model.localValue().batches());
        }
      }
    }
  }

  /** Returns, for each other worker, the sum of its answers. */
  private static double[] askFromEverywhere(Worker me, RRef<Model> model, boolean batched) {
    long start = System.nanoTime();
    List<CompletableFuture<Double>> sums =
        me.peers().stream()
            .filter(peer -> !peer.isSelf())
            .map(peer -> peer.rpcAsync(() -> ask(model, peer.rank(), batched)))
            .toList();
    double[] results = sums.stream().mapToDouble(CompletableFuture::join).toArray();
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        "%s: %,.0f requests/s%n",
        batched ? "in batches" : "one by one", results.length * REQUESTS / seconds);
    return results;
  }

  /** Runs on the other workers: all requests at once, each a call of its own. */
  private static double ask(RRef<Model> model, int seed, boolean batched) {
    List<CompletableFuture<Float>> answers =
        Arrays.stream(randomRows(REQUESTS, seed))
            .map(
                input ->
                    batched
                        ? model.rpcCompose(m -> m.inferBatched(input))
                        : model.rpcAsync(m -> m.infer(input)))
            .toList();
    return answers.stream().mapToDouble(CompletableFuture::join).sum();
  }

  private static void check(Worker me, double[] single, double[] batched, int batches) {
    int requests = (me.peers().size() - 1) * REQUESTS;
    System.out.printf(
        "%,d requests in %,d batches: %.1f a batch%n",
        requests, batches, (double) requests / batches);
    if (!Arrays.equals(single, batched)) {
      throw new IllegalStateException(
          "answers differ: " + Arrays.toString(single) + " and " + Arrays.toString(batched));
    }
    if (batches > requests / 4) {
      throw new IllegalStateException("hardly anything was batched");
    }
  }

  private static float[][] randomRows(int rows, long seed) {
    Random random = new Random(seed);
    return IntStream.range(0, rows)
        .mapToObj(
            _ -> {
              float[] row = new float[INPUTS];
              for (int i = 0; i < INPUTS; i++) {
                row[i] = random.nextFloat() - 0.5f;
              }
              return row;
            })
        .toArray(float[][]::new);
  }
}
