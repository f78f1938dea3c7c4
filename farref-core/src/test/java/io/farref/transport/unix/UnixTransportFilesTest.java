package io.farref.transport.unix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.spi.Link;
import io.farref.spi.Transport;
import java.io.IOException;
import java.net.BindException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixTransportFilesTest {
  @TempDir Path temp;
  private Path directory;
  private Path socket;
  private final Transport unix = new UnixTransport();

  @BeforeEach
  void choosePaths() {
    directory = temp.resolve("private");
    socket = directory.resolve("w.unix");
  }

  private Transport.Listener listen() throws IOException {
    return unix.listen(socket.toString());
  }

  @Test
  void theDirectoryIsCreatedForItsUserAlone() throws Exception {
    listen().close();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
        .isEqualTo("rwx------");
  }

  @Test
  void aDirectoryThatLetsOthersInIsRefused() throws Exception {
    Files.createDirectory(directory);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-x---"));
    assertThatThrownBy(this::listen)
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(directory.toString(), "rwxr-x---", "rwx------");
  }

  @Test
  void aLinkToADirectoryIsRefusedOnBothSides() throws Exception {
    Path real = Files.createDirectory(temp.resolve("real"));
    Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rwx------"));
    Files.createSymbolicLink(directory, real);
    assertThatThrownBy(this::listen).hasMessageContainingAll(directory.toString(), "symbolic link");

    try (Transport.Listener listener = unix.listen(real.resolve("w.unix").toString())) {
      assertThat(listener.address()).endsWith("w.unix");
      assertThatThrownBy(() -> unix.connect(socket.toString(), 0))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("symbolic link");
    }
  }

  @Test
  void noFileStaysWhenTheListenerIsClosed() throws Exception {
    Transport.Listener listener = listen();
    assertThat(socket).exists();
    listener.close();
    assertThat(directory).isDirectoryNotContaining(path -> !path.endsWith(".lock"));
  }

  @Test
  void aListenerCannotBeReplaced() throws Exception {
    try (Transport.Listener listener = listen()) {
      assertThatThrownBy(this::listen)
          .isInstanceOf(BindException.class)
          .hasMessageContaining(listener.address());
      assertThat(socket).exists();
    }
  }

  @Test
  void theSocketOfADeadProcessIsReplaced() throws Exception {
    leaveBehind(socket);
    try (Transport.Listener listener = listen();
        Link dialed = unix.connect(listener.address(), 0);
        Link accepted = listener.accept()) {
      assertThat(dialed.remoteAddress()).isEqualTo(accepted.remoteAddress());
    }
  }

  @Test
  void onlyFilesOfDeadProcessesAreSwept() throws Exception {
    Path dead = directory.resolve("x-dead.unix");
    Path other = directory.resolve("y-dead.unix");
    Path alive = directory.resolve("x-alive.unix");
    try (Transport.Listener living = unix.listen(alive.toString())) {
      leaveBehind(dead);
      leaveBehind(other);
      SocketPathLock.sweep(directory, "x-");

      assertThat(dead).doesNotExist();
      assertThat(directory.resolve("x-dead.unix.lock")).doesNotExist();
      assertThat(other).exists();
      unix.connect(living.address(), 0).close();
    }
  }

  /** Leaves the files of a process that was killed while it listened. */
  private void leaveBehind(Path path) throws IOException {
    PrivateDirectory.create(directory);
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
    }
    Files.createFile(path.resolveSibling(path.getFileName() + ".lock"));
    assertThat(path).exists();
  }

  @Test
  void connectingToASocketFileWithoutAListenerFails() throws Exception {
    leaveBehind(socket);
    assertThatThrownBy(() -> unix.connect(socket.toString(), 0))
        .isInstanceOf(java.net.ConnectException.class)
        .hasMessageContaining("nobody listens on " + socket);
  }

  @Test
  void aPathThatIsTooLongIsRefusedWithTheLimit() {
    String address = directory.resolve("x".repeat(120)).toString();
    assertThatThrownBy(() -> unix.listen(address))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("106", Integer.toString(address.length()), address);
  }

  @Test
  void theLongestPathWorks() throws Exception {
    int maxNameLength = 106 - directory.toString().length() - 1;
    try (Transport.Listener listener =
            unix.listen(directory.resolve("x".repeat(maxNameLength)).toString());
        Link dialed = unix.connect(listener.address(), 0)) {
      assertThat(dialed.remoteAddress()).hasSize(106);
    }
  }

  @Test
  void anAddressThatIsNotAPathIsRefused() {
    assertThatThrownBy(() -> unix.listen("127.0.0.1:80"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("absolute path");
  }

  @Test
  void aPeerThatRunsAsAnotherUserIsRefused() throws Exception {
    UserPrincipal another =
        directory
            .getFileSystem()
            .getUserPrincipalLookupService()
            .lookupPrincipalByName(Integer.toString(ProcessUser.get().id() + 1));
    ProcessUser somebody = new ProcessUser(ProcessUser.get().id() + 1, another);
    try (Transport.Listener listener = listen();
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      ProcessUser.get().checkPeer(channel, listener.address());
      assertThatThrownBy(() -> somebody.checkPeer(channel, listener.address()))
          .isInstanceOf(IOException.class)
          .hasMessageContainingAll(
              socket.toString(), another.getName(), ProcessUser.get().principal().getName());
    }
  }
}
