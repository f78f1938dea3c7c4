package io.farref.tests.chaos;

import io.farref.testkit.TcpFaultProxy;
import io.farref.testkit.TcpFaultProxy.Direction;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All processes on loopback, a proxy before each: what is cut is what others dial there. For
 * machines without network namespaces.
 */
final class LoopbackGround implements Ground {
  private final List<@Nullable TcpFaultProxy> proxies;

  LoopbackGround(int nodes) {
    proxies = new ArrayList<>(Collections.nCopies(nodes, null));
  }

  @Override
  public List<String> prefix(int node) {
    return List.of();
  }

  @Override
  public Map<String, String> addresses(int node) throws IOException {
    TcpFaultProxy before = proxies.get(node);
    if (before != null) {
      before.close();
    }
    int port;
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = probe.getLocalPort();
    }
    TcpFaultProxy proxy = TcpFaultProxy.before("127.0.0.1:" + port, node);
    proxies.set(node, proxy);
    return Map.of("listen", "127.0.0.1:" + port, "advertise", proxy.address());
  }

  private List<TcpFaultProxy> present() {
    return proxies.stream().filter(each -> each != null).toList();
  }

  @Override
  public void reset(int node) {
    TcpFaultProxy proxy = proxies.get(node);
    if (proxy != null) {
      proxy.reset();
    }
  }

  @Override
  public void isolate(int node) {
    TcpFaultProxy proxy = proxies.get(node);
    if (proxy != null) {
      proxy.hold();
    }
  }

  /** A proxy does not know who dials: what all say to the node is held. */
  @Override
  public void block(List<Way> ways) {
    for (Way each : ways) {
      TcpFaultProxy proxy = proxies.get(each.to());
      if (proxy != null) {
        proxy.hold(Direction.TO_TARGET);
      }
    }
  }

  @Override
  public void heal() {
    present().forEach(TcpFaultProxy::release);
  }

  @Override
  public String describe() {
    return "loopback, a proxy before each process";
  }

  @Override
  public void close() {
    present().forEach(TcpFaultProxy::close);
  }
}
