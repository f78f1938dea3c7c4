package io.farref.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** The limits: no method is looked up, nothing is encoded, no object is kept. */
abstract class RawContender implements Contender {
  private static final String ABOUT =
      "one blocking SocketChannel, direct buffers; the caller's thread writes and reads, one server"
          + " thread answers whatever has arrived in one write; many in flight: one caller, as many"
          + " requests to a write as there can be; payload: read into one buffer and dropped;"
          + " objects: one round trip each";

  /** Over TCP. */
  public static final class Tcp extends RawContender {
    @Override
    public String name() {
      return "limit-tcp";
    }

    @Override
    public String about() {
      return "TCP, TCP_NODELAY, " + ABOUT;
    }

    @Override
    public String serve() throws IOException {
      InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      return String.valueOf(((InetSocketAddress) RawSocket.serve(any)).getPort());
    }

    @Override
    SocketAddress parse(String address) {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(address));
    }
  }

  /** Over a Unix domain socket. */
  public static final class Unix extends RawContender {
    @Override
    public String name() {
      return "limit-unix";
    }

    @Override
    public String about() {
      return "Unix domain socket, " + ABOUT;
    }

    @Override
    public String serve() throws IOException {
      Path directory = Files.createTempDirectory("farref-benchmark");
      Path path = directory.resolve("socket");
      RawSocket.serve(UnixDomainSocketAddress.of(path));
      path.toFile().deleteOnExit();
      directory.toFile().deleteOnExit();
      return path.toString();
    }

    @Override
    SocketAddress parse(String address) {
      return UnixDomainSocketAddress.of(address);
    }
  }

  abstract SocketAddress parse(String address);

  @Override
  public String limit() {
    return name();
  }

  @Override
  public Client connect(String address) throws IOException {
    return new Caller(RawSocket.connect(parse(address)));
  }

  private record Caller(RawSocket socket) implements Client {
    @Override
    public int add(int a, int b) throws IOException {
      return socket.add(a, b);
    }

    @Override
    public long calls(int inFlight, long nanos) throws IOException {
      return socket.pipelined(inFlight, nanos);
    }

    @Override
    public long objects(int inFlight, long nanos) throws IOException {
      return socket.pipelined(inFlight, nanos);
    }

    @Override
    public Transfer payload(int size) {
      ByteBuffer payload = ByteBuffer.allocateDirect(size);
      return () -> socket.put(payload);
    }

    @Override
    public Held hold() {
      return new EchoedSum(socket);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  /** A round trip like that of an object; the sum is kept here. */
  private static final class EchoedSum implements Client.Held {
    private final RawSocket socket;
    private int sum;

    EchoedSum(RawSocket socket) {
      this.socket = socket;
    }

    @Override
    public int add(int n) throws IOException {
      sum = socket.add(sum, n);
      return sum;
    }

    @Override
    public void release() {
      // there is none on the other side
    }
  }
}
