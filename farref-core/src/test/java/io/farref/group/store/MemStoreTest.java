package io.farref.group.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.spi.Store;
import java.io.IOException;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MemStoreTest extends StoreContract {
  private final String name = UUID.randomUUID().toString();

  @Override
  protected Store openStore() {
    return MemStore.open(name);
  }

  @Test
  void aStoreIsGoneWhenItsLastUserCloses() throws IOException {
    try (Store store = MemStore.open(name)) {
      store.put("key", new byte[1]);
    }
    try (Store store = MemStore.open(name)) {
      assertThat(store.get("key")).isEmpty();
    }
  }
}
