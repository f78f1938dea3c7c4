package io.farref.group.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of a store in a directory. */
class StateFileTest {
  @TempDir private Path directory;

  private static boolean put(StoreData data, String key, int bytes) {
    data.put(key, new byte[bytes]);
    return true;
  }

  @Test
  void aChangeThatMakesItTooLargeToBeReadIsNotMade() throws IOException {
    Path path = directory.resolve("state");
    StateFile one = new StateFile(path, "one", 1_000);
    StateFile other = new StateFile(path, "other", 1_000);
    one.change(data -> put(data, "small", 500));
    assertThatThrownBy(() -> one.change(data -> put(data, "large", 600)))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(path.toString(), "the limit is 1000", "was not made");
    for (StateFile each : new StateFile[] {one, other}) {
      assertThat(each.<Integer>read(StoreData::size)).isEqualTo(1);
    }
    one.change(data -> put(data, "small", 600));
    assertThat(other.<Boolean>read(data -> data.get("small").orElseThrow().length == 600)).isTrue();
  }
}
