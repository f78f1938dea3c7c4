package io.farref.examples.index;

import io.farref.Peer;
import io.farref.RpcException;
import io.farref.Worker;
import io.farref.tools.Job;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The main demo, {@code ./farref demo}: several JVMs index the JDK's own sources together and
 * answer queries.
 *
 * <p>This JVM is the coordinator, the worker of rank 0. It starts the others, puts a shard of the
 * index on each, sends them the files, sends queries, and shows at the end what each worker owned
 * and did.
 */
@Command(
    name = "farref demo",
    mixinStandardHelpOptions = true,
    description = "Builds a full-text index over several JVMs and searches it.",
    sortOptions = false)
public final class Demo implements Callable<Integer> {
  private static final List<String> SAMPLE_QUERIES =
      List.of("concurrent hash map resize", "utf8 decoder malformed input", "compareAndSet spin");

  @Option(
      names = "--input",
      paramLabel = "DIR|ZIP",
      description = "What to index (default: the sources of the JDK in use).")
  private Path input = Corpus.ofThisJdk();

  @Option(
      names = {"-n", "--workers"},
      paramLabel = "N",
      description = "How many JVMs hold a shard (default: ${DEFAULT-VALUE}).")
  private int workers = 4;

  @Option(names = "--docs", paramLabel = "N", description = "How many files to index at most.")
  private int docs = Integer.MAX_VALUE;

  @Option(
      names = "--hits",
      paramLabel = "N",
      description = "How many hits to show per query (default: ${DEFAULT-VALUE}).")
  private int limit = 5;

  @Parameters(
      paramLabel = "QUERY",
      arity = "0..*",
      description = {
        "Words that must all stand in a file; quote a query of several words.",
        "Without queries: a prompt on a terminal, else a few samples."
      })
  private List<String> queries = new ArrayList<>();

  private final PrintStream out = System.out;
  private final Report report = new Report(out);
  private final boolean terminal =
      Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);

  /** Entry point. */
  public static void main(String[] args) {
    CommandLine command = new CommandLine(new Demo());
    command.setExecutionExceptionHandler(Demo::explain);
    System.exit(command.execute(args));
  }

  private static int explain(Exception e, CommandLine command, CommandLine.ParseResult parsed)
      throws Exception {
    Throwable reason = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
    if (!(reason instanceof IOException || reason instanceof RpcException)) {
      throw e;
    }
    command.getErr().println(reason.getMessage());
    return command.getCommandSpec().exitCodeOnExecutionException();
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (Files.notExists(input) && input.equals(Corpus.ofThisJdk())) {
      throw new NoSuchFileException(
          "this JDK comes without its sources, " + input + "; name other files with --input");
    }
    try (Corpus corpus = Corpus.open(input, docs);
        Job job = startWorkers()) {
      long start = System.nanoTime();
      Worker me = joinAsCoordinator(job);
      report.joined(me, since(start));
      boolean clean;
      try {
        clean = indexAndSearch(me, corpus);
      } finally {
        me.close();
      }
      return clean && job.waitFor().exitCode() == 0 ? 0 : 1;
    }
  }

  /** The JVMs of rank 1 and above; rank 0 is this one. */
  private Job startWorkers() throws IOException {
    return Job.builder()
        .mainClass(ShardServer.class.getName())
        .workers(workers)
        .firstRank(1)
        .jvmArgs("-Xmx1g", "-XX:+UseSerialGC")
        .output(line -> System.err.println(line.worker().name() + ": " + line.text()))
        .notices(System.err::println)
        .start();
  }

  private Worker joinAsCoordinator(Job job) {
    return Worker.builder()
        .name("coordinator")
        .rank(0)
        .worldSize(workers + 1)
        .rendezvous(job.rendezvous())
        .secret(job.secret())
        .joinTimeout(Duration.ofSeconds(60))
        .onLeak(leak -> System.err.println("leaked on " + leak.worker() + ": " + leak.values()))
        .join();
  }

  /** Returns whether everything was released in the end. */
  private boolean indexAndSearch(Worker me, Corpus corpus)
      throws IOException, InterruptedException {
    List<Peer> others = me.peers().stream().filter(peer -> !peer.isSelf()).toList();
    List<String> names = others.stream().map(Peer::name).toList();
    try (ShardedIndex index = ShardedIndex.on(others)) {
      report.indexing(input, corpus);
      long start = System.nanoTime();
      int files = corpus.files().size();
      index.addAll(corpus, new Progress(out, terminal, names, files, corpus.bytes()));
      report.throughput(index.contents(), since(start));

      if (!queries.isEmpty()) {
        queries.forEach(query -> ask(index, query));
      } else if (terminal) {
        prompt(index);
      } else {
        SAMPLE_QUERIES.forEach(query -> ask(index, query));
      }

      report.shards(index.contents(), names);
      List<Account> accounts = Account.ofAll(me);
      report.owners(accounts);
      report.traffic(accounts);
    }
    List<Account> accounts = Account.ofAllOnceReleased(me);
    report.released(accounts);
    return Account.valuesOwned(accounts) == 0;
  }

  private void ask(ShardedIndex index, String query) {
    long start = System.nanoTime();
    Answer answer = index.search(query, limit).join();
    report.answer(query, answer, since(start));
  }

  private void prompt(ShardedIndex index) throws IOException {
    out.println("\nAsk for words that stand in a file; an empty line ends.");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (true) {
      out.print("\nquery> ");
      out.flush();
      String line = in.readLine();
      if (line == null || line.isBlank() || line.strip().equals("quit")) {
        return;
      }
      ask(index, line.strip());
    }
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
