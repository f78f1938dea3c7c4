package io.farref.call;

import io.farref.Peer;

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

  /** The id of a peer. */
  int id(Peer peer);
}
