package io.farref.call;

import io.farref.session.SessionLink;
import java.io.IOException;

/** Notifies a connection when the link of its session is replaced, breaks or fails. */
final class SessionLinkListener implements SessionLink.Listener {
  private final Connection connection;
  private final SessionLink session;

  SessionLinkListener(Connection connection, SessionLink session) {
    this.connection = connection;
    this.session = session;
  }

  @Override
  public void connected() {
    connection.writer().open(session);
  }

  @Override
  public void disconnected() {
    connection.writer().pause();
  }

  @Override
  public void failed(IOException cause) {
    connection.fail(cause);
  }

  @Override
  public void awaitsAcknowledgement() {
    ConnectionReader reading = connection.reader();
    if (reading != null) {
      reading.role().summon();
    }
  }
}
