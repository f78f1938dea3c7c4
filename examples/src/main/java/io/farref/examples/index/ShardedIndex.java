package io.farref.examples.index;

import io.farref.Peer;
import io.farref.RRef;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * An index whose shards live on other workers, as seen from the one that fills it.
 *
 * <p>Every worker gets a shard, and a searcher with references to all shards, so that each can
 * answer any query.
 */
final class ShardedIndex implements AutoCloseable {
  /** How many characters may be on their way to the shards. */
  private static final int WINDOW = 4 << 20;

  private final List<RRef<Shard>> shards;
  private final List<RRef<Searcher>> searchers;
  private final AtomicInteger turn = new AtomicInteger();

  private ShardedIndex(List<RRef<Shard>> shards, List<RRef<Searcher>> searchers) {
    this.shards = shards;
    this.searchers = searchers;
  }

  /** An empty index on these workers. Waits for nothing: the references are good at once. */
  static ShardedIndex on(List<Peer> workers) {
    List<RRef<Shard>> shards = workers.stream().map(worker -> worker.remote(Shard::new)).toList();
    List<RRef<Searcher>> searchers =
        workers.stream().map(worker -> worker.remote(() -> new Searcher(shards))).toList();
    return new ShardedIndex(shards, searchers);
  }

  /** Indexes every file of the corpus, each in the shard that has the least so far. */
  void addAll(Corpus corpus, Progress progress) throws IOException, InterruptedException {
    Window window = new Window(WINDOW);
    long[] sizes = new long[shards.size()];
    for (Path file : corpus.files()) {
      Optional<Document> text = corpus.read(file);
      if (text.isEmpty()) {
        progress.skipped();
        continue;
      }
      Document document = text.get();
      int length = document.text().length();
      int target = smallest(sizes);
      sizes[target] += length;
      window.send(
          length,
          () ->
              shards
                  .get(target)
                  .runAsync(shard -> shard.add(document))
                  .thenRun(() -> progress.done(target, length)));
    }
    window.await();
  }

  /** Asks the next worker in turn, which asks all shards. */
  CompletableFuture<Answer> search(String query, int limit) {
    int next = Math.floorMod(turn.getAndIncrement(), searchers.size());
    return searchers.get(next).rpcCompose(searcher -> searcher.search(query, limit));
  }

  /** The contents of each shard. */
  List<Shard.Contents> contents() {
    List<CompletableFuture<Shard.Contents>> contents =
        shards.stream().map(shard -> shard.rpcAsync(Shard::contents)).toList();
    return contents.stream().map(CompletableFuture::join).toList();
  }

  /** Closes all references. With the last one the objects on the workers are freed. */
  @Override
  public void close() {
    searchers.forEach(RRef::close);
    shards.forEach(RRef::close);
  }

  private static int smallest(long[] sizes) {
    long least = Arrays.stream(sizes).min().orElseThrow();
    return IntStream.range(0, sizes.length)
        .filter(i -> sizes[i] == least)
        .findFirst()
        .orElseThrow();
  }
}
