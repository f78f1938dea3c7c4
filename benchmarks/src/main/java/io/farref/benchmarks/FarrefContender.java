package io.farref.benchmarks;

import io.farref.Worker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Farref, over one way to reach a worker of the same machine. */
abstract class FarrefContender implements Contender {
  /** Decides how workers of one machine reach each other: tcp, unix, shm or auto. */
  static final String SAME_HOST = "FARREF_SAME_HOST";

  private static final String ABOUT =
      ", one connection, shipped lambdas, own serialization; many in flight: rpcAsync from one"
          + " thread; payload: a captured byte[], which arrives as one; objects: remote, rpc,"
          + " close";

  private final String transport;

  private FarrefContender(String transport) {
    this.transport = transport;
  }

  /** Over TCP. */
  public static class Tcp extends FarrefContender {
    public Tcp() {
      super("tcp");
    }

    @Override
    public String about() {
      return "TCP" + ABOUT;
    }

    @Override
    public List<String> workloads() {
      return withOwn("cost", "bulk", "million");
    }
  }

  /** Over Unix domain sockets. */
  public static final class Unix extends FarrefContender {
    public Unix() {
      super("unix");
    }

    @Override
    public String about() {
      return "Unix domain socket" + ABOUT;
    }

    @Override
    public String limit() {
      return "limit-unix";
    }

    @Override
    public List<String> workloads() {
      return withOwn("bulk");
    }
  }

  /** Over shared memory. */
  public static final class Shm extends FarrefContender {
    public Shm() {
      super("shm");
    }

    @Override
    public String about() {
      return "shared memory" + ABOUT;
    }

    @Override
    public String limit() {
      return "limit-unix";
    }

    @Override
    public List<String> workloads() {
      return withOwn("bulk");
    }
  }

  /** The other ways to make the same calls. */
  public static final class Styles extends Tcp {
    @Override
    public String name() {
      return "farref-tcp-styles";
    }

    @Override
    public String about() {
      return "as farref-tcp; held: a facade; many in flight: rpcSync from as many virtual threads;"
          + " payload: a captured MemorySegment outside the heap";
    }

    @Override
    public List<String> workloads() {
      return List.of("held", "throughput", "payload");
    }

    @Override
    public Client connect(String address) throws Exception {
      return new FarrefStyles((FarrefClient) super.connect(address));
    }
  }

  /** Over a link that takes 10 ms each way. */
  public static final class Link extends Tcp {
    static final Duration ONE_WAY = Duration.ofMillis(10);

    @Override
    public String name() {
      return "farref-tcp-link";
    }

    @Override
    public String about() {
      return "as farref-tcp, through a proxy that holds every byte back for 10 ms in each"
          + " direction";
    }

    @Override
    public List<String> workloads() {
      return List.of("link");
    }

    @Override
    public String serve() throws Exception {
      int port = Ports.free();
      SlowLink link = SlowLink.open(port, ONE_WAY);
      return serve(
          Worker.builder().listen("127.0.0.1:" + port).advertise("127.0.0.1:" + link.port()));
    }
  }

  private static List<String> withOwn(String... own) {
    List<String> all = new ArrayList<>(COMMON);
    all.addAll(List.of(own));
    return all;
  }

  @Override
  public String name() {
    return "farref-" + transport;
  }

  @Override
  public Map<String, String> environment() {
    return Map.of(SAME_HOST, transport);
  }

  @Override
  public String serve() throws Exception {
    return serve(Worker.builder());
  }

  final String serve(Worker.Builder builder) throws Exception {
    Path meeting = Files.createTempDirectory("farref-benchmark");
    builder.name(FarrefClient.SERVER).rendezvous(meeting.toUri().toString()).join();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> Scratch.delete(meeting)));
    return meeting.toUri().toString();
  }

  @Override
  public Client connect(String address) throws Exception {
    Worker me = Worker.builder().name("client").rendezvous(address).join();
    FarrefClient client = new FarrefClient(me);
    Check.equal(client.add(1, 2), 3);
    checkTransport();
    return client;
  }

  /** A link that fell back to another transport would be measured under the wrong name. */
  private void checkTransport() throws Exception {
    int connections = TcpConnections.of(ProcessHandle.current().pid());
    boolean tcp = transport.equals("tcp");
    if (connections >= 0 && (connections > 0) != tcp) {
      throw new UnavailableException(
          SAME_HOST + "=" + transport + ", and there are " + connections + " TCP connections");
    }
  }
}
