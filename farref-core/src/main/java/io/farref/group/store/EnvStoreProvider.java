package io.farref.group.store;

import io.farref.group.GroupSettings;
import io.farref.spi.Store;
import java.io.IOException;
import java.net.URI;
import java.util.Map;

/** {@code env://}: the store at torchrun's {@code MASTER_ADDR} and {@code MASTER_PORT}. */
public final class EnvStoreProvider implements ContextStoreProvider {
  private final Map<String, String> environment;

  /** For ServiceLoader. */
  public EnvStoreProvider() {
    this(System.getenv());
  }

  EnvStoreProvider(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public String scheme() {
    return "env";
  }

  @Override
  public Store open(URI uri, Options options, StoreContext context) throws IOException {
    String master =
        GroupSettings.master(environment)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the rendezvous env:// needs the variables MASTER_ADDR and MASTER_PORT"));
    return new TcpStoreProvider().open(URI.create(master), options, context);
  }
}
