package io.farref.benchmarks.peers;

import io.farref.benchmarks.Check;
import io.farref.benchmarks.Client;
import io.farref.benchmarks.Contender;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;
import org.cojen.dirmi.Batched;
import org.cojen.dirmi.Disposer;
import org.cojen.dirmi.Environment;
import org.cojen.dirmi.NoReply;
import org.cojen.dirmi.Remote;
import org.cojen.dirmi.RemoteException;

/** Dirmi. */
public final class Dirmi implements Contender {
  private static final String NAME = "desk";
  private static final AtomicInteger LIVE = new AtomicInteger();

  /** The interface of the server. */
  public interface Desk extends Remote {
    int add(int a, int b) throws RemoteException;

    int take(byte[] payload) throws RemoteException;

    /** Travels with the first call on its result. */
    @Batched
    Sum open() throws RemoteException;

    int live() throws RemoteException;
  }

  /** An object on the server. */
  public interface Sum extends Remote {
    int add(int n) throws RemoteException;

    @NoReply
    @Disposer
    void dispose() throws RemoteException;
  }

  private static final class OpenSum implements Sum {
    private int sum;

    OpenSum() {
      LIVE.incrementAndGet();
    }

    @Override
    public synchronized int add(int n) {
      sum += n;
      return sum;
    }

    @Override
    public void dispose() {
      LIVE.decrementAndGet();
    }
  }

  private static final class OpenDesk implements Desk {
    @Override
    public int add(int a, int b) {
      return a + b;
    }

    @Override
    public int take(byte[] payload) {
      return payload.length;
    }

    @Override
    public Sum open() {
      return new OpenSum();
    }

    @Override
    public int live() {
      return LIVE.get();
    }
  }

  @Override
  public String name() {
    return "dirmi";
  }

  @Override
  public String about() {
    return "Dirmi: TCP, its own serialization, generated stubs, a connection and a server thread"
        + " for each concurrent call; many in flight: as many platform threads; objects:"
        + " made together with the first call (@Batched), disposed without an answer"
        + " (@NoReply)";
  }

  @Override
  public String serve() throws IOException {
    Environment environment = Environment.create();
    environment.export(NAME, new OpenDesk());
    ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    environment.acceptAll(socket);
    return String.valueOf(socket.getLocalPort());
  }

  @Override
  public Client connect(String address) throws IOException {
    Environment environment = Environment.create();
    Desk desk =
        environment.connect(Desk.class, NAME, "127.0.0.1", Integer.parseInt(address)).root();
    return new Caller(desk);
  }

  private record Caller(Desk desk) implements Client {
    @Override
    public int add(int a, int b) throws RemoteException {
      return desk.add(a, b);
    }

    @Override
    public Transfer payload(int size) {
      byte[] payload = new byte[size];
      return () -> Check.equal(desk.take(payload), size);
    }

    @Override
    public Held hold() throws RemoteException {
      return new HeldSum(desk.open());
    }

    @Override
    public int live() throws RemoteException {
      return desk.live();
    }
  }

  private record HeldSum(Sum sum) implements Client.Held {
    @Override
    public int add(int n) throws RemoteException {
      return sum.add(n);
    }

    @Override
    public void release() throws RemoteException {
      sum.dispose();
    }
  }
}
