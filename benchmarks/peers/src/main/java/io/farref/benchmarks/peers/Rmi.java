package io.farref.benchmarks.peers;

import io.farref.benchmarks.Check;
import io.farref.benchmarks.Client;
import io.farref.benchmarks.Contender;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.rmi.NoSuchObjectException;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.rmi.registry.LocateRegistry;
import java.rmi.server.RMIServerSocketFactory;
import java.rmi.server.UnicastRemoteObject;
import java.rmi.server.Unreferenced;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The RMI of the JDK. */
public final class Rmi implements Contender {
  private static final String NAME = "desk";

  /** Its collector refuses to let go of more than ten thousand objects with one message. */
  private static final int COLLECT_AFTER = 4000;

  private static final AtomicInteger LIVE = new AtomicInteger();

  /** Exported objects stay reachable. */
  private static final List<Remote> EXPORTED = new ArrayList<>();

  /** The interface of the server. */
  public interface Desk extends Remote {
    int add(int a, int b) throws RemoteException;

    int take(byte[] payload) throws RemoteException;

    Sum open() throws RemoteException;

    int live() throws RemoteException;
  }

  /** An object on the server. */
  public interface Sum extends Remote {
    int add(int n) throws RemoteException;
  }

  private static final class OpenSum implements Sum, Unreferenced {
    private int sum;

    @Override
    public synchronized int add(int n) {
      sum += n;
      return sum;
    }

    @Override
    public void unreferenced() {
      try {
        UnicastRemoteObject.unexportObject(this, true);
      } catch (NoSuchObjectException e) {
        throw new IllegalStateException(e);
      }
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
    public Sum open() throws RemoteException {
      LIVE.incrementAndGet();
      return (Sum) export(new OpenSum());
    }

    @Override
    public int live() {
      return LIVE.get();
    }
  }

  /** Returns the stub, which has the interfaces of its object. */
  private static Remote export(Remote object) throws RemoteException {
    return UnicastRemoteObject.exportObject(object, 0, null, LOOPBACK);
  }

  private static final RMIServerSocketFactory LOOPBACK =
      port -> new ServerSocket(port, 0, InetAddress.getLoopbackAddress());

  @Override
  public String name() {
    return "rmi";
  }

  @Override
  public String about() {
    return "JDK RMI: TCP, Java serialization, a connection and a server thread for each concurrent"
        + " call; many in flight: as many platform threads; objects: released by the garbage"
        + " collector, which is called every "
        + COLLECT_AFTER
        + " objects and at the end";
  }

  @Override
  public String serve() throws IOException {
    System.setProperty("java.rmi.server.hostname", "127.0.0.1");
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    var registry = LocateRegistry.createRegistry(port, null, LOOPBACK);
    Desk desk = new OpenDesk();
    EXPORTED.add(registry);
    EXPORTED.add(desk);
    registry.rebind(NAME, export(desk));
    return String.valueOf(port);
  }

  @Override
  public Client connect(String address) throws Exception {
    var registry = LocateRegistry.getRegistry("127.0.0.1", Integer.parseInt(address));
    return new Caller((Desk) registry.lookup(NAME), new AtomicInteger());
  }

  private record Caller(Desk desk, AtomicInteger opened) implements Client {
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
      if (opened.incrementAndGet() % COLLECT_AFTER == 0) {
        System.gc();
      }
      return new HeldSum(desk.open());
    }

    @Override
    public int live() throws RemoteException {
      return desk.live();
    }

    @Override
    public void hurryRelease() {
      System.gc();
    }
  }

  private record HeldSum(Sum sum) implements Client.Held {
    @Override
    public int add(int n) throws RemoteException {
      return sum.add(n);
    }

    @Override
    public void release() {
      // when the garbage collector finds it
    }
  }
}
