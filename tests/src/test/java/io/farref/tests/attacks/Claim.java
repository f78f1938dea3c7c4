package io.farref.tests.attacks;

import static org.assertj.core.api.Assertions.catchThrowable;

import io.farref.Limits;
import io.farref.bytes.Input;
import io.farref.observe.ProcessIdentity;
import io.farref.spi.Link;
import io.farref.wire.ConnectionSettings;
import io.farref.wire.Frame;
import io.farref.wire.Handshake;
import io.farref.wire.Hello;
import io.farref.wire.PeerAuthentication;
import io.farref.wire.ReceiveLimits;
import io.farref.wire.SessionId;
import io.farref.wire.SessionRequest;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What a member claims to be that knows the secret, and wants a connection to worker 0. */
enum Claim {
  A_CONNECTION_THAT_ENDS_WITH_ITS_LINK,
  A_SESSION,
  A_SESSION_THAT_HAS_BEGUN;

  static final int A = 0;
  static final int B = 1;
  static final String SECRET = "known";
  static final long TIMEOUT = TimeUnit.SECONDS.toNanos(20);

  /** Whether a worker with that id has said HELLO to worker 0 on a link. */
  static boolean isHelloOf(int id, Port.Tape tape) {
    if (tape.wrote() < 2) {
      return false; // that dialer only checked whether a worker listens
    }
    Input hello = identity(tape);
    hello.readUtf8();
    return hello.readVarInt() == id && hello.readVarInt() == A;
  }

  private static Input identity(Port.Tape heard) {
    byte[] hello = heard.write(0);
    int from = Frame.HEADER_SIZE + 4 + 1 + 1 + 1 + 16;
    return new Input(hello, from, hello.length - from);
  }

  /** Claims to be that worker; returns why it was not let in, or null if it was. */
  Throwable dial(Link link, Port.Tape heard, int id) {
    Optional<SessionRequest> session =
        this == A_CONNECTION_THAT_ENDS_WITH_ITS_LINK
            ? Optional.empty()
            : Optional.of(
                new SessionRequest(SessionId.random(), 9, this == A_SESSION_THAT_HAS_BEGUN, 0));
    ConnectionSettings settings =
        new ConnectionSettings(10_000, ProcessIdentity.CURRENT, ReceiveLimits.of(Limits.DEFAULT));
    Hello hello = new Hello(identity(heard).readUtf8(), id, A, session, settings);
    return catchThrowable(
        () -> Handshake.dial(link, hello, Optional.of(SECRET), PeerAuthentication.NONE, TIMEOUT));
  }
}
