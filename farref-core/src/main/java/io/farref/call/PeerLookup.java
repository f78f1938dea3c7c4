package io.farref.call;

import io.farref.Peer;
import java.security.cert.X509Certificate;
import java.util.Optional;

/** Names, ids and peers of the workers of the group. Thread-safe. */
public interface PeerLookup {
  /** The name of a worker, for messages; a placeholder if the worker is not known. */
  String name(int worker);

  /**
   * The peer with that id.
   *
   * @throws io.farref.UnknownPeerException if there is none now
   */
  Peer peer(int worker);

  /** The certificate that the worker presented when it connected by TLS, if it did. */
  default Optional<X509Certificate> certificate(int worker) {
    return Optional.empty();
  }

  /** The id of a peer. */
  int id(Peer peer);
}
