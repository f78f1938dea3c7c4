package io.farref.transport;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * {@code host:port}; an IPv6 literal stands in brackets, an empty host means every interface.
 *
 * @param host without brackets
 * @param port 0 to 65535
 */
public record TcpAddress(String host, int port) {
  /** Parses an address. Throws {@link IllegalArgumentException} if it is malformed. */
  public static TcpAddress parse(String address) {
    int colon = address.lastIndexOf(':');
    if (colon < 0) {
      throw malformed(address, "it has no port");
    }
    String host = address.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      throw malformed(address, "an IPv6 address must stand in brackets");
    }
    return new TcpAddress(host, parsePort(address, address.substring(colon + 1)));
  }

  private static int parsePort(String address, String port) {
    try {
      int number = Integer.parseInt(port);
      if (number >= 0 && number <= 65_535) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw malformed(address, "'" + port + "' is not a number");
    }
    throw malformed(address, "a port is a number from 0 to 65535");
  }

  private static IllegalArgumentException malformed(String address, String why) {
    return new IllegalArgumentException(
        "'" + address + "' is not an address of the form host:port: " + why);
  }

  /** The IP addresses of the host. */
  InetAddress[] resolve() throws UnknownHostException {
    return host.isEmpty()
        ? new InetAddress[] {new InetSocketAddress(0).getAddress()}
        : InetAddress.getAllByName(host);
  }

  /** Whether only this machine can connect; false if the name cannot be resolved. */
  boolean isLoopback() {
    try {
      return Arrays.stream(resolve()).allMatch(InetAddress::isLoopbackAddress);
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** Whether the host is this machine; false if the name cannot be resolved. */
  public boolean isOfThisMachine() {
    try {
      return Arrays.stream(resolve()).allMatch(TcpAddress::isOfThisMachine);
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static boolean isOfThisMachine(InetAddress address) {
    try {
      return address.isLoopbackAddress()
          || address.isAnyLocalAddress()
          || NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException e) {
      return false;
    }
  }

  /**
   * The address by which others connect to a listener bound to {@code bound}, listening as asked
   * for by this address: the same host or, if that means every interface, an address of this
   * machine.
   */
  TcpAddress reachable(InetSocketAddress bound) throws SocketException {
    return bound.getAddress().isAnyLocalAddress()
        ? new TcpAddress(ofThisMachine().getHostAddress(), bound.getPort())
        : new TcpAddress(host, bound.getPort());
  }

  private static InetAddress ofThisMachine() throws SocketException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(a -> !a.isLoopbackAddress() && !a.isLinkLocalAddress())
        .min((a, b) -> Boolean.compare(a instanceof Inet6Address, b instanceof Inet6Address))
        .orElse(InetAddress.getLoopbackAddress());
  }

  @Override
  public String toString() {
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }
}
