package io.farref.node.connect;

import io.farref.ConnectionInfo;
import io.farref.call.Connection;
import io.farref.call.client.ClientConnection;
import io.farref.call.server.ServerConnection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The current figures of one worker's connections.
 *
 * @param clients a view of the connections on which this worker calls
 * @param servers a view of the connections on which it is called
 * @param routes a view of all connections, those that are being ended included
 */
public record ConnectionStatistics(
    Collection<ClientConnection> clients,
    Collection<ServerConnection> servers,
    Map<Connection, Optional<Route>> routes) {

  /** Calls from this worker whose callers still wait. */
  public long pendingCalls() {
    return clients.stream().mapToLong(ClientConnection::pendingCalls).sum();
  }

  /** Calls to this worker whose callers still wait. */
  public long runningCalls() {
    return servers.stream().mapToLong(ServerConnection::runningCalls).sum();
  }

  /** Calls that still occupy capacity at the other workers. */
  public long unansweredCalls() {
    return clients.stream().mapToLong(ClientConnection::unansweredCalls).sum();
  }

  /** The bytes of those calls. */
  public long unansweredBytes() {
    return clients.stream().mapToLong(ClientConnection::unansweredBytes).sum();
  }

  /** The bytes that wait to be written. */
  public long queuedBytes() {
    return routes.keySet().stream().mapToLong(Connection::queuedBytes).sum();
  }

  /** The open connections to other workers by name; of one worker the dialed one comes first. */
  public List<ConnectionInfo> infos() {
    List<ConnectionInfo> infos = new ArrayList<>();
    routes.forEach(
        (each, route) ->
            route.ifPresent(
                found -> infos.add(found.info(each.peerName(), each instanceof ClientConnection))));
    infos.sort(
        Comparator.comparing(ConnectionInfo::peer)
            .thenComparing(ConnectionInfo::dialed, Comparator.reverseOrder()));
    return List.copyOf(infos);
  }
}
