package io.farref.group;

import io.farref.group.membership.Membership;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * A worker in a process of its own: joins, says in one line how that went, and leaves when its
 * input ends. Arguments: URI, name, rank, world size, timeout in milliseconds; {@code -} for none.
 */
public final class WorkerMain {
  private WorkerMain() {}

  public static void main(String[] args) throws IOException {
    try (ServerSocket listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
      JoinRequest request =
          new JoinRequest(
              args[1].equals("-") ? Optional.empty() : Optional.of(args[1]),
              number(args[2]),
              number(args[3]),
              "127.0.0.1:" + listener.getLocalPort(),
              Duration.ofMillis(Long.parseLong(args[4])));
      System.out.println("JOINING");
      try (Membership membership =
          Membership.join(
              Optional.of(args[0]),
              Optional.empty(),
              Optional.empty(),
              request,
              WorkerMain::listens)) {
        System.out.println(
            "JOINED "
                + membership.groupId()
                + membership.members().stream()
                    .map(member -> " " + member.name() + "=" + member.rank())
                    .collect(Collectors.joining()));
        System.in.read();
      } catch (RuntimeException e) {
        System.out.println("FAILED " + e.getMessage());
      }
    }
    System.out.println("ENDED");
  }

  private static OptionalInt number(String argument) {
    return argument.equals("-") ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(argument));
  }

  private static boolean listens(String address) {
    System.out.println("PROBING " + address);
    int colon = address.lastIndexOf(':');
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(
              address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))),
          1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
