package io.farref.examples.index;

import static java.util.Locale.ROOT;

import io.farref.OwnedValue;
import io.farref.Peer;
import io.farref.Worker;
import io.farref.WorkerStats;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Prints the results of the demo. */
final class Report {
  private static final double MIB = 1 << 20;
  private static final int MAX_LINE = 96;

  private final PrintStream out;

  Report(PrintStream out) {
    this.out = out;
  }

  /** Reports that the group has formed. */
  void joined(Worker me, Duration took) {
    String names = me.peers().stream().map(Peer::name).collect(Collectors.joining(", "));
    double seconds = took.toNanos() / 1e9;
    out.printf(ROOT, "%,d JVMs joined in %.1f s: %s%n", me.peers().size(), seconds, names);
  }

  /** The input that will be indexed. */
  void indexing(Path input, Corpus corpus) {
    double size = corpus.bytes() / MIB;
    out.printf(ROOT, "Indexing %,d files, %,.1f MiB, of %s%n", corpus.files().size(), size, input);
  }

  /** The answer to a query. */
  void answer(String query, Answer answer, Duration took) {
    out.printf(
        ROOT, "%n\"%s\": %,d found in %,.1f ms%n", query, answer.matches(), took.toNanos() / 1e6);
    int place = 0;
    for (Hit hit : answer.hits()) {
      out.printf(ROOT, "%3d. %s:%d  (%.2f)%n", ++place, hit.path(), hit.line(), hit.score());
      out.printf(ROOT, "       %s%n", shorten(hit.text()));
    }
  }

  /** How fast the index was built. */
  void throughput(List<Shard.Contents> shards, Duration took) {
    long files = shards.stream().mapToLong(Shard.Contents::documents).sum();
    long characters = shards.stream().mapToLong(Shard.Contents::characters).sum();
    double seconds = took.toNanos() / 1e9;
    out.printf(
        ROOT,
        "Indexed %,d files, %,.1f MiB, in %.1f s: %,.0f files/s, %.1f MiB/s%n",
        files,
        characters / MIB,
        seconds,
        files / seconds,
        characters / MIB / seconds);
  }

  /** The contents of each shard. */
  void shards(List<Shard.Contents> shards, List<String> workers) {
    Table table = new Table("shard on", "files", "MiB", "words", "different words");
    for (int i = 0; i < shards.size(); i++) {
      Shard.Contents shard = shards.get(i);
      table.row(
          workers.get(i),
          shard.documents(),
          shard.characters() / MIB,
          shard.words(),
          shard.distinctWords());
    }
    out.println("\nThe shards\n" + table);
  }

  /** Where each object lives and which workers refer to it. */
  void owners(List<Account> accounts) {
    Table table = new Table("owner", "object", "id", "held by");
    for (Account account : accounts) {
      for (OwnedValue value : account.owned()) {
        String type = value.type().substring(value.type().lastIndexOf('.') + 1);
        table.row(account.worker(), type, value.id(), String.join(", ", value.holders()));
      }
    }
    out.println("Who owned what\n" + table);
  }

  /** How much each worker has called and moved. */
  void traffic(List<Account> accounts) {
    Table table =
        new Table("worker", "pid", "calls made", "calls served", "MiB sent", "MiB received");
    for (Account account : accounts) {
      WorkerStats stats = account.stats();
      table.row(
          account.worker(),
          String.valueOf(account.pid()),
          stats.callsSent(),
          stats.callsServed(),
          stats.bytesSent() / MIB,
          stats.bytesReceived() / MIB);
    }
    out.println("Calls made and bytes moved\n" + table);
  }

  /** Whether anything is still owned after all references were closed. */
  void released(List<Account> accounts) {
    long left = Account.valuesOwned(accounts);
    if (left == 0) {
      out.println("Nothing leaked: all references are closed; no worker owns anything any more.");
    } else {
      out.printf(
          ROOT, "LEAK: %,d objects are still owned though all references were closed.%n", left);
      owners(accounts);
    }
  }

  private static String shorten(String line) {
    return line.length() <= MAX_LINE ? line : line.substring(0, MAX_LINE - 1) + "…";
  }
}
