package io.farref.group.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.spi.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStoreTest extends StoreContract {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  @TempDir private Path temporary;

  private Path directory() {
    return temporary.resolve("store/directory");
  }

  @Override
  protected Store openStore() throws IOException {
    return FileStore.open(directory(), TIMEOUT);
  }

  @Test
  void leavesNothingBehindWhenItsLastUserCloses() throws IOException {
    Store one = openStore();
    Store other = openStore();
    one.put("key", new byte[1]);
    one.close();
    assertThat(other.get("key")).isPresent();
    other.close();
    assertThat(directory()).isEmptyDirectory();
  }

  @Test
  void aNewDirectoryIsOpenToItsUserOnly() throws IOException {
    openStore().close();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory())))
        .isEqualTo("rwx------");
  }

  @Test
  void theKeysOfADeadProcessAreRemoved() throws IOException {
    Files.createDirectories(directory());
    StoreData left = new StoreData();
    left.put("kept", new byte[1]);
    left.putIfAbsent("ephemeral", new byte[1], "dead/1");
    Files.write(directory().resolve("farref.state"), left.encode());
    Files.createFile(directory().resolve("farref.session.dead"));
    try (Store store = openStore()) {
      assertThat(store.list("").entries()).isEmpty();
      assertThat(directory().resolve("farref.session.dead")).doesNotExist();
    }
  }

  @Test
  void doesNotRelyOnALockThatAnotherProcessDeleted() throws IOException {
    try (Store store = openStore()) {
      store.put("key", new byte[1]);
      Files.delete(directory().resolve("farref.lock"));
      store.put("key", new byte[2]);
      assertThat(directory().resolve("farref.lock")).exists();
    }
  }

  @Test
  void aStateOfAnotherFormatIsRefused() throws IOException {
    try (Store store = openStore()) {
      Files.writeString(directory().resolve("farref.state"), "something else");
      assertThatThrownBy(() -> store.get("key"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("farref.state is not the state of a Farref store");
    }
  }
}
