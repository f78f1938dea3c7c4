package io.farref.examples.index;

import io.farref.RRef;
import io.farref.RemoteFunction;
import io.farref.Unreferenced;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Answers queries from all shards, wherever they live. It is itself an object on some worker: the
 * references in it were handed to it from another one.
 *
 * <p>A query is a few words; a document matches when every one of them stands in it. Two rounds,
 * each to all shards at once: first they tell how rare the words are, which only all of them
 * together know, then each returns its best. Hence the answer is exactly that of one index of
 * everything.
 */
final class Searcher implements Unreferenced {
  private final List<RRef<Shard>> shards;

  Searcher(List<RRef<Shard>> shards) {
    this.shards = List.copyOf(shards);
  }

  /** The {@code limit} best documents for a query. No thread waits while the shards work. */
  CompletableFuture<Answer> search(String query, int limit) {
    List<String> words = Tokenizer.distinct(query);
    if (words.isEmpty()) {
      return CompletableFuture.completedFuture(Answer.NONE);
    }
    return onEveryShard(shard -> shard.statistics(words))
        .thenApply(parts -> parts.stream().reduce(Statistics.NONE, Statistics::plus))
        .thenCompose(all -> onEveryShard(shard -> shard.search(words, all, limit)))
        .thenApply(parts -> parts.stream().reduce(Answer.NONE, (a, b) -> a.plus(b, limit)));
  }

  private <R> CompletableFuture<List<R>> onEveryShard(
      RemoteFunction<Shard, R, RuntimeException> question) {
    List<CompletableFuture<R>> answers =
        shards.stream().map(shard -> shard.rpcAsync(question)).toList();
    return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
        .thenApply(_ -> answers.stream().map(CompletableFuture::join).toList());
  }

  /** No worker refers to this searcher any more: it releases the shards at once. */
  @Override
  public void unreferenced() {
    shards.forEach(RRef::close);
  }
}
