package io.farref.node.connect;

import io.farref.call.UnreachableException;
import io.farref.group.Member;
import io.farref.observe.FailureText;
import io.farref.observe.RareLog;
import io.farref.spi.Link;
import io.farref.transport.unix.LocalAddress;
import io.farref.wire.Handshake;
import io.farref.wire.Hello;
import io.farref.wire.SessionId;
import io.farref.wire.SessionOverException;
import io.farref.wire.SessionRequest;
import io.farref.wire.UnprovenException;
import io.farref.wire.Welcome;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.ConnectException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Dials other workers: tries until the other end answers, makes the handshake with it and, where a
 * broken link can be replaced, begins a session.
 */
final class Dialer {
  /** The timeout of an attempt that is the only one, handshake included. */
  static final long TIMEOUT = TimeUnit.SECONDS.toNanos(10);

  /**
   * The timeout of one of several attempts. A short timeout is better than a long one: the longer a
   * network drops packets, the more rarely TCP sends them again, while a new attempt starts at
   * once.
   */
  static final long ATTEMPT_TIMEOUT = TimeUnit.SECONDS.toNanos(2);

  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(50);
  private static final System.Logger LOG = System.getLogger(Dialer.class.getPackageName());
  private static final RareLog SHORTAGES = new RareLog(LOG);
  private static final RareLog STRANGERS = new RareLog(LOG);

  private final LocalEndpoint local;
  private final ObjIntConsumer<String> declaredDead;
  private final BiConsumer<Link, Route> moved;

  /**
   * @param declaredDead called when another worker has declared this one dead, with the message and
   *     the id of that worker
   * @param moved called when a link that outlives broken ones continues by another route
   */
  Dialer(LocalEndpoint local, ObjIntConsumer<String> declaredDead, BiConsumer<Link, Route> moved) {
    this.local = local;
    this.declaredDead = declaredDead;
    this.moved = moved;
  }

  /**
   * Connects to a worker for the first time; the link that it returns outlives broken links, if its
   * transport permits that.
   *
   * @param wanted asked between attempts
   */
  DialResult dial(int worker, BooleanSupplier wanted) throws IOException {
    // A reference may arrive before this worker knows that the owner of its value has joined.
    boolean known =
        local.members().awaitMember(worker, TimeUnit.NANOSECONDS.toMillis(firstTimeout()));
    Member member = local.members().member(worker);
    if (!known || member == null) {
      throw new UnreachableException("no address of worker " + worker + " is known");
    }
    Redials redials = new Redials(member);
    Session session =
        new Session(SessionId.random(), worker, member.address(), local.threads(), redials);
    DialResult result = reach(member, session, wanted);
    if (result.route().isResumable()) {
      session.attach(result, session.attempt());
      if (result.route().mayImprove()) {
        redials.improve(session);
      }
      result = new DialResult(result.route().through(session.link()), result.welcome());
    }
    LOG.log(
        Level.DEBUG,
        "worker {0} reaches worker {1} by {2}{3}",
        local.name(),
        member.name(),
        result.route().link(),
        result.route().fallback().map(why -> ", not by " + why).orElse(""));
    return result;
  }

  /**
   * Tries until the other side answers or the time is over; fails at once if no process listens at
   * an address of this machine.
   */
  private DialResult reach(Member member, Session session, BooleanSupplier wanted)
      throws IOException {
    Transports transports = local.transports();
    long end = System.nanoTime() + firstTimeout();
    long limit = transports.areResumable() ? ATTEMPT_TIMEOUT : TIMEOUT;
    while (true) {
      try {
        return transports.connect(
            member.address(),
            limit,
            (link, resumable) ->
                greet(
                    link,
                    member,
                    resumable ? Optional.of(session.request()) : Optional.empty(),
                    limit));
      } catch (SessionOverException e) {
        throw over(member, e);
      } catch (IOException e) {
        boolean dead =
            e instanceof ConnectException && LocalAddress.isOfThisMachine(member.address());
        boolean isUnproven = e instanceof UnprovenException;
        boolean mayTryAgain = !dead && transports.areResumable() && wanted.getAsBoolean();
        if (!mayTryAgain && !isUnproven) {
          throw e;
        }
        if (!mayTryAgain || end - System.nanoTime() <= 0) {
          throw new UnreachableException(e);
        }
        LOG.log(Level.DEBUG, () -> member + " cannot be reached yet", e);
        if (isUnproven) {
          STRANGERS.warnBriefly(
              "worker " + local.name() + " does not reach worker " + member.name(),
              FailureText.of(e));
        } else if (FailureText.isShortage(e)) {
          SHORTAGES.warn("worker " + local.name() + " cannot reach worker " + member.name(), e);
        }
        LockSupport.parkNanos(PAUSE);
      }
    }
  }

  /** How long the first connection is tried: as long as a peer may be silent later. */
  private long firstTimeout() {
    long silence = TimeUnit.MILLISECONDS.toNanos(local.settings().silenceMillis());
    return silence == 0 ? TIMEOUT : silence;
  }

  private Welcome greet(
      Link link, Member member, Optional<SessionRequest> session, long timeoutNanos)
      throws IOException {
    Hello hello = new Hello(local.groupId(), local.self(), member.id(), session, local.settings());
    return Handshake.dial(link, hello, local.secret(), local.assurance(link), timeoutNanos);
  }

  private IOException over(Member member, SessionOverException e) {
    if (e.isDeclaredDead()) {
      declaredDead.accept(String.valueOf(e.getMessage()), member.id());
    }
    return e;
  }

  /** Opens the further links of one session. */
  private final class Redials implements Session.Redial {
    private final Member member;
    private volatile @Nullable RouteUpgrade upgrade;

    Redials(Member member) {
      this.member = member;
    }

    /** The session's first link is slower than it might be: moves it when that is possible. */
    void improve(Session session) {
      RouteUpgrade later =
          new RouteUpgrade(local.transports(), member.address(), session, local.threads());
      upgrade = later;
      later.start();
    }

    @Override
    public DialResult redial(SessionRequest request, @Nullable Route prepared) throws IOException {
      Transports.LinkHandshake handshake =
          (link, _) -> greet(link, member, Optional.of(request), ATTEMPT_TIMEOUT);
      try {
        return prepared == null
            ? local.transports().reconnect(member.address(), ATTEMPT_TIMEOUT, handshake)
            : Transports.shakeHands(prepared, handshake);
      } catch (SessionOverException e) {
        throw over(member, e);
      }
    }

    @Override
    public void moved(Session session, Route now) {
      moved.accept(session.link(), now);
      RouteUpgrade later = upgrade;
      if (later != null) {
        later.start();
      }
    }
  }
}
