package io.farref.node.connect;

import io.farref.call.EstablishedLink;
import io.farref.exec.WorkerThreads;
import io.farref.spi.Link;
import io.farref.wire.ConnectionSettings;
import io.farref.wire.PeerAuthentication;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * This worker as one end of its connections: what both its dialer and its acceptor need.
 *
 * @param groupId the group's id, which the other end must share
 * @param secret the group's secret, if it has one: the other end must prove that it knows it
 * @param self this worker's id
 * @param name its name
 * @param settings the connection settings that this worker sends to the other end
 */
public record LocalEndpoint(
    String groupId,
    Optional<String> secret,
    int self,
    String name,
    ConnectionSettings settings,
    Transports transports,
    Members members,
    WorkerThreads threads) {

  /** How the other end of a link proves which member it is, in addition to the secret. */
  PeerAuthentication assurance(Link link) {
    return transports.assurance(link, members);
  }

  /** A link after its handshake, with the session timeout that both ends agree on. */
  EstablishedLink opened(Link link, ConnectionSettings theirs) {
    return new EstablishedLink(
        link, TimeUnit.MILLISECONDS.toNanos(settings.silenceWith(theirs)), theirs);
  }

  /** The message for a worker that another one, of that name, has declared dead. */
  static String declaredDead(String by) {
    return "worker " + by + " declared this worker dead";
  }
}
