package io.farref.transport;

import io.farref.SameHost;
import io.farref.spi.Transport;
import java.util.List;

/** The transports that work within one machine, beside TCP. */
public final class LocalTransports {
  private LocalTransports() {}

  /** Those that are meant, fastest first; their addresses are of {@link LocalAddress}. */
  public static List<Transport> of(SameHost choice) {
    return switch (choice) {
      case TCP -> List.of();
      case AUTO -> List.of(new ShmTransport(), new UnixTransport());
      case UNIX -> List.of(new UnixTransport());
      case SHM -> List.of(new ShmTransport());
    };
  }
}
