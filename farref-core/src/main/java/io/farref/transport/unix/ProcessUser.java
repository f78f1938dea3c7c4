package io.farref.transport.unix;

import io.farref.observe.FailureText;
import java.io.IOException;
import java.net.SocketOption;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;
import org.jspecify.annotations.Nullable;

/**
 * The user that this process runs as. No other user is trusted, the superuser included.
 *
 * @param id the number of the user in the kernel
 * @param principal the user as the owners of files and the peers of sockets are given
 */
public record ProcessUser(int id, UserPrincipal principal) {
  private static final AtomicReference<@Nullable ProcessUser> KNOWN = new AtomicReference<>();

  /**
   * Finds the user; later calls return the same.
   *
   * @throws IOException if this system does not have users as Unix has, or has no temporary
   *     directory, or this Java runtime lacks module jdk.net
   */
  public static ProcessUser get() throws IOException {
    ProcessUser known = KNOWN.get();
    if (known == null) {
      Optional<String> obstacle = FailureText.ifMissing("jdk.net");
      if (obstacle.isPresent()) {
        throw new IOException(
            "Unix domain sockets need to know their users, but " + obstacle.get());
      }
      known = ask();
      KNOWN.set(known);
    }
    return known;
  }

  /** The owner of a new file is the user that the kernel checks; {@code user.name} may be wrong. */
  private static ProcessUser ask() throws IOException {
    Path made = Files.createTempFile("farref-", null);
    try {
      return new ProcessUser((Integer) Files.getAttribute(made, "unix:uid"), Files.getOwner(made));
    } catch (UnsupportedOperationException e) {
      throw new IOException("this system does not number its users as Unix does", e);
    } finally {
      Files.delete(made);
    }
  }

  /**
   * Checks that the process at the other end of a Unix domain socket runs as this user.
   *
   * @param where the socket's path, for the message
   * @throws IOException if it does not, or if the kernel does not say
   */
  public void checkPeer(SocketChannel channel, String where) throws IOException {
    UserPrincipal peer = credentials(channel, where).user();
    if (!peer.equals(principal)) {
      throw new IOException(
          "the process at the other end of "
              + where
              + " runs as user "
              + peer.getName()
              + ", this one as "
              + principal.getName()
              + ": only processes of one user talk over a Unix domain socket");
    }
  }

  private static UnixDomainPrincipal credentials(NetworkChannel channel, String where)
      throws IOException {
    SocketOption<UnixDomainPrincipal> option = ExtendedSocketOptions.SO_PEERCRED;
    if (!channel.supportedOptions().contains(option)) {
      throw new IOException("this system does not say which user is at the other end of " + where);
    }
    return channel.getOption(option);
  }
}
