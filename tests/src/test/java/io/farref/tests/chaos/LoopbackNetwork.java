package io.farref.tests.chaos;

import io.farref.testkit.TcpFaultProxy;
import io.farref.testkit.TcpFaultProxy.Direction;
import io.farref.tests.Ports;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All processes on loopback, a fault proxy in front of each: a cut affects the connections that
 * others dial to the node. For machines without network namespaces.
 */
final class LoopbackNetwork implements ChaosNetwork {
  private final List<@Nullable TcpFaultProxy> proxies;

  LoopbackNetwork(int nodes) {
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
    int port = Ports.free();
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

  /** A proxy does not know the dialer: it holds back what all others send to the node. */
  @Override
  public void block(List<OneWay> paths) {
    for (OneWay each : paths) {
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
