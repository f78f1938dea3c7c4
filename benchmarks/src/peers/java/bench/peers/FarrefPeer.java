package bench.peers;

import bench.Peer;
import io.farref.RRef;
import io.farref.Unreferenced;
import io.farref.Worker;
import java.nio.file.Files;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** Farref beside the other systems of the peers bench. */
public class FarrefPeer implements Peer {
  private static final AtomicInteger LIVE = new AtomicInteger();

  /** What lives on the server. */
  static class Counter implements Unreferenced {
    private int sum;

    Counter() {
      LIVE.incrementAndGet();
    }

    synchronized int add(int n) {
      sum += n;
      return sum;
    }

    @Override
    public void unreferenced() {
      LIVE.decrementAndGet();
    }
  }

  @Override
  public String name() {
    return "farref";
  }

  @Override
  public String about() {
    return "Farref over TCP, shipped lambdas, one connection, no TLS: rpcSync; B: rpcAsync from one"
        + " thread; C: a captured byte[]; D: remote, rpc, close (the reference is released when"
        + " the answer is there)";
  }

  @Override
  public String serve() throws Exception {
    String meeting = Files.createTempDirectory("farref-peer").toUri().toString();
    Worker.builder().name("server").rendezvous(meeting).join();
    return meeting;
  }

  @Override
  public Client connect(String address) {
    Worker me = Worker.builder().name("client").rendezvous(address).join();
    return new Caller(me.peer("server"));
  }

  private record Caller(io.farref.Peer server) implements Client {
    @Override
    public int add(int a, int b) {
      return server.rpcSync(() -> a + b);
    }

    @Override
    public boolean async() {
      return true;
    }

    @Override
    public void addAsync(int a, int b, IntConsumer done) {
      var _ =
          server
              .rpcAsync(() -> a + b)
              .whenComplete((sum, failure) -> done.accept(failure == null ? sum : ~(a + b)));
    }

    @Override
    public void put(Object payload) {
      byte[] bytes = (byte[]) payload;
      if (server.rpcSync(() -> bytes.length) != bytes.length) {
        throw new IllegalStateException("not all bytes arrived");
      }
    }

    @Override
    public Held create() {
      return new HeldCounter(server.remote(Counter::new));
    }

    @Override
    public CompletionStage<?> cycleAsync() {
      RRef<Counter> counter = server.remote(Counter::new);
      return counter.rpcAsync(c -> c.add(1)).whenComplete((_, _) -> counter.close());
    }

    @Override
    public int live() {
      return server.rpcSync(() -> LIVE.get());
    }
  }

  private record HeldCounter(RRef<Counter> counter) implements Held {
    @Override
    public int add(int n) {
      return counter.rpcSync(c -> c.add(n));
    }

    @Override
    public void close() {
      counter.close();
    }
  }
}
