package io.farref.snippets;

import io.farref.Deadline;
import io.farref.RRef;
import java.time.Duration;

/** The example of {@link Deadline}. */
final class Deadlines {
  private Deadlines() {}

  /** An index of a sharded table. */
  interface Index {
    int size();
  }

  /** A part of a sharded table. */
  interface Shard {
    void load(int size);
  }

  static void load(RRef<Index> index, RRef<Shard> shard) {
    // @start region=block
    Deadline deadline = Deadline.within(Duration.ofSeconds(2));
    deadline.run(
        () -> {
          int size = index.rpcSync(Index::size); // has two seconds
          shard.runSync(s -> s.load(size)); // has the rest of them
        });
    // @end
  }
}
