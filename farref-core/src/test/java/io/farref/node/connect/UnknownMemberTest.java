package io.farref.node.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.Limits;
import io.farref.Overload;
import io.farref.Peer;
import io.farref.Worker;
import io.farref.call.CallRuntime;
import io.farref.call.PeerLookup;
import io.farref.call.client.CallOptions;
import io.farref.codec.AllowList;
import io.farref.codec.Codec;
import io.farref.exec.DeadlineSweeper;
import io.farref.exec.InlineHints;
import io.farref.exec.ThreadFailures;
import io.farref.exec.Watchdog;
import io.farref.exec.WorkerThreads;
import io.farref.group.Member;
import io.farref.observe.Meters;
import io.farref.observe.ProcessIdentity;
import io.farref.ref.References;
import io.farref.spi.Link;
import io.farref.spi.Transport;
import io.farref.wire.ConnectionSettings;
import io.farref.wire.ReceiveLimits;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A reference may arrive before this worker knows that the owner of its value has joined. */
@Timeout(60)
class UnknownMemberTest {
  private static final int LATE = 7;

  private final ThreadFailures failures = new ThreadFailures();
  private final WorkerThreads threads = new WorkerThreads("here", failures);
  private final Watchdog watchdog = new Watchdog(threads);
  private final DeadlineSweeper deadlines = new DeadlineSweeper(threads);
  private final Members members = new Members();
  private final PeerLookup directory = new Names();
  private CallRuntime runtime;
  private final CompletableFuture<String> dialed = new CompletableFuture<>();
  private final CompletableFuture<String> lost = new CompletableFuture<>();

  @AfterEach
  void stop() {
    watchdog.stop();
    deadlines.stop();
    threads.close();
    failures.check();
  }

  /** Knows the names of the members; the test uses no peers. */
  private final class Names implements PeerLookup {
    @Override
    public String name(int worker) {
      return members.name(worker);
    }

    @Override
    public Peer peer(int worker) {
      throw new AssertionError(worker);
    }

    @Override
    public int id(Peer peer) {
      throw new AssertionError(peer);
    }
  }

  /** Reports the address that it should connect to, and fails. */
  private final class Nowhere implements Transport {
    @Override
    public String scheme() {
      return "nowhere";
    }

    @Override
    public Listener listen(String address) throws IOException {
      throw new IOException("nobody listens here");
    }

    @Override
    public Link connect(String address, long timeoutNanos) throws IOException {
      dialed.complete(address);
      throw new IOException("there is nothing there");
    }

    @Override
    public boolean isLocalOnly(String address) {
      return true;
    }
  }

  private final class Losses implements Connections.LossListener {
    @Override
    public void lost(int worker, String why, LossKind kind) {
      lost.complete(worker + ": " + why);
    }

    @Override
    public void declaredDeadBy(int worker, String why) {
      lost.completeExceptionally(new AssertionError(why));
    }
  }

  private Connections connections(long silenceMillis) {
    Connections connections =
        new Connections(
            new LocalEndpoint(
                "group",
                Optional.empty(),
                0,
                "here",
                new ConnectionSettings(
                    silenceMillis, ProcessIdentity.CURRENT, ReceiveLimits.UNKNOWN),
                Transports.by(new Nowhere(), Optional.empty()),
                members,
                threads),
            () -> runtime,
            new SessionRegistry(),
            new Losses());
    Limits limits = Limits.DEFAULT;
    runtime =
        new CallRuntime(
            0,
            "here",
            () -> {
              throw new AssertionError("no call runs");
            },
            new Codec(
                new AllowList(List.of(Worker.class.getName()), false),
                limits,
                List.of(),
                getClass().getClassLoader()),
            limits,
            Overload.WAIT,
            new Meters(),
            threads,
            watchdog,
            deadlines,
            new References(
                0,
                directory,
                threads,
                deadlines,
                connections,
                CallOptions.once(0),
                limits,
                new Meters()),
            directory,
            new InlineHints(),
            null);
    return connections;
  }

  @Test
  void anUnknownMemberIsDialedWhenItBecomesKnown() throws Exception {
    connections(TimeUnit.SECONDS.toMillis(30)).client(LATE);
    assertThat(lost).isNotDone();
    assertThat(dialed).isNotDone();
    members.add(new Member(LATE, "late", 1, "where it is", "incarnation"));
    assertThat(dialed.get(20, TimeUnit.SECONDS)).isEqualTo("where it is");
  }

  @Test
  void anUnknownMemberIsLostIfItDoesNotBecomeKnownInTime() throws Exception {
    connections(50).client(LATE);
    assertThat(lost.get(20, TimeUnit.SECONDS)).isEqualTo("7: no address of worker 7 is known");
    assertThat(dialed).isNotDone();
  }
}
