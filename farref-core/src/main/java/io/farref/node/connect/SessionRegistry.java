package io.farref.node.connect;

import io.farref.spi.Link;
import io.farref.wire.SessionId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The table of sessions that other workers have opened with this worker. Thread-safe. */
public final class SessionRegistry {
  private final Map<SessionId, Session> byId = new ConcurrentHashMap<>();

  @Nullable Session find(SessionId id) {
    return byId.get(id);
  }

  Session findOrMake(SessionId id, Function<SessionId, Session> make) {
    return byId.computeIfAbsent(id, make);
  }

  /** Forgets the session that uses this link, because it has ended. */
  void forget(Link link) {
    byId.values().removeIf(each -> each.link() == link);
  }

  void forget(Session session) {
    byId.remove(session.id(), session);
  }
}
