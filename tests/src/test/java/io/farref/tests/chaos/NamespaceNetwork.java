package io.farref.tests.chaos;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A network namespace for each process, joined by a bridge in one more: the kernel's own network,
 * with links that can be cut. Needs root.
 */
final class NamespaceNetwork implements ChaosNetwork {
  private static final String NETWORK = "10.213.7.";

  private final String name = "farref-" + ProcessHandle.current().pid();
  private final String hub = name + "-hub";
  private final int nodes;
  private final List<String> made = new ArrayList<>();
  private final Set<Integer> pulled = new HashSet<>();
  private final List<OneWay> blocked = new ArrayList<>();

  NamespaceNetwork(int nodes) throws IOException {
    this.nodes = nodes;
    try {
      build();
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  /** Why namespaces cannot be used here; empty if they can. */
  static String missing() {
    String probe = "farref-probe-" + ProcessHandle.current().pid();
    try {
      Command.run("ip", "netns", "add", probe);
      try {
        Command.run("ip", "-n", probe, "link", "add", "v", "type", "veth", "peer", "name", "w");
        return "";
      } finally {
        Command.run("ip", "netns", "del", probe);
      }
    } catch (IOException e) {
      return e.getMessage();
    }
  }

  private void build() throws IOException {
    add(hub);
    Command.run("ip", "-n", hub, "link", "add", "bridge", "type", "bridge", "forward_delay", "0");
    Command.run("ip", "-n", hub, "link", "set", "bridge", "up");
    for (int i = 0; i < nodes; i++) {
      add(space(i));
      Command.run(
          "ip", "-n", hub, "link", "add", cable(i), "type", "veth", "peer", "name", "eth0", "netns",
          space(i));
      Command.run("ip", "-n", hub, "link", "set", cable(i), "master", "bridge");
      Command.run("ip", "-n", hub, "link", "set", cable(i), "up");
      Command.run("ip", "-n", space(i), "addr", "add", address(i) + "/24", "dev", "eth0");
      Command.run("ip", "-n", space(i), "link", "set", "lo", "up");
      Command.run("ip", "-n", space(i), "link", "set", "eth0", "up");
    }
  }

  private void add(String space) throws IOException {
    Command.run("ip", "netns", "add", space);
    made.add(space);
  }

  private String space(int node) {
    return name + "-" + node;
  }

  private static String cable(int node) {
    return "cable" + node;
  }

  private static String address(int node) {
    return NETWORK + (10 + node);
  }

  @Override
  public List<String> prefix(int node) {
    return List.of("ip", "netns", "exec", space(node));
  }

  @Override
  public Map<String, String> addresses(int node) {
    return Map.of("listen", address(node) + ":0");
  }

  @Override
  public void reset(int node) throws IOException {
    Command.run("ip", "netns", "exec", space(node), "ss", "-K", "-t", "-n", "state", "established");
  }

  @Override
  public void isolate(int node) throws IOException {
    Command.run("ip", "-n", hub, "link", "set", cable(node), "down");
    pulled.add(node);
  }

  @Override
  public void block(List<OneWay> paths) throws IOException {
    blocked.addAll(paths);
    routes("add", paths);
  }

  @Override
  public void heal() throws IOException {
    for (int node : pulled) {
      Command.run("ip", "-n", hub, "link", "set", cable(node), "up");
    }
    pulled.clear();
    routes("del", blocked);
    blocked.clear();
  }

  /** One command for all rules of a node: separate ones take as long as a short cut lasts. */
  private void routes(String change, List<OneWay> paths) throws IOException {
    for (int i = 0; i < nodes; i++) {
      int from = i;
      String lines =
          paths.stream()
              .filter(each -> each.from() == from)
              .map(each -> "route " + change + " blackhole " + address(each.to()) + "/32\n")
              .collect(Collectors.joining());
      if (!lines.isEmpty()) {
        Command.feed(lines, "ip", "-n", space(from), "-batch", "-");
      }
    }
  }

  @Override
  public String describe() {
    return "a network namespace each, joined by veth pairs and a bridge";
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (String each : made) {
      try {
        Command.run("ip", "netns", "del", each);
      } catch (IOException e) {
        if (failure != null) {
          e.addSuppressed(failure);
        }
        failure = e;
      }
    }
    made.clear();
    if (failure != null) {
      throw failure;
    }
  }
}
