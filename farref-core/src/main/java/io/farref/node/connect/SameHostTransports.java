package io.farref.node.connect;

import io.farref.SameHost;
import io.farref.spi.Transport;
import io.farref.transport.shm.ShmTransport;
import io.farref.transport.unix.LocalAddress;
import io.farref.transport.unix.UnixTransport;
import java.util.List;

/** The transports, besides TCP, between processes of one machine. */
public final class SameHostTransports {
  private SameHostTransports() {}

  /** The transports of a choice, fastest first; {@link LocalAddress} has their addresses. */
  public static List<Transport> of(SameHost choice) {
    return switch (choice) {
      case TCP -> List.of();
      case AUTO -> List.of(new ShmTransport(), new UnixTransport());
      case UNIX -> List.of(new UnixTransport());
      case SHM -> List.of(new ShmTransport());
    };
  }
}
