package io.farref.call;

import io.farref.Peer;
import java.security.cert.X509Certificate;
import java.util.Optional;

/** Who is who in the group. Thread-safe. */
public interface Directory {
  /** The name of a worker, for messages; something sensible also when it is not known. */
  String name(int worker);

  /**
   * The peer of that id.
   *
   * @throws io.farref.UnknownPeerException if there is none now
   */
  Peer peer(int worker);

  /** What that worker has shown when it connected by TLS, if it did. */
  default Optional<X509Certificate> certificate(int worker) {
    return Optional.empty();
  }

  /** The id of a peer. */
  int id(Peer peer);
}
