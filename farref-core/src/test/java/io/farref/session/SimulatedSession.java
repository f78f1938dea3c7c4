package io.farref.session;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A session between two workers over simulated links that break, in virtual time: real {@link
 * SessionLink}s, and a simulation of their supervisor, which redials, sends heartbeats and detects
 * silence. The messages are numbers.
 */
public final class SimulatedSession {
  /** After so many milliseconds of silence the session ends. */
  public static final long SILENCE = 2_000;

  private static final int BEATS = 20;
  private static final int SUSPICIOUS = 6;
  private static final int PING = -1;
  private static final long HANDSHAKE_TIMEOUT = 200;

  private final VirtualTime time;
  private final SplittableRandom random;

  /** The end that dials. */
  public final End dialer;

  /** The end that accepts. */
  public final End acceptor;

  private SimulatedLink @Nullable [] present;
  private long outageEnds;
  private int attempt;
  private int admitted;
  private boolean dialing;

  /** Makes a session that is not connected yet. */
  public SimulatedSession(VirtualTime time, SplittableRandom random) {
    this.time = time;
    this.random = random;
    dialer = new End(true);
    acceptor = new End(false);
    dial();
  }

  /** Breaks the present link; for a time there can be no other. */
  public void cut(long outage) {
    outageEnds = Math.max(outageEnds, time.now() + outage);
    SimulatedLink[] links = present;
    if (links != null) {
      links[0].cut();
    }
  }

  private boolean isOut() {
    return time.now() < outageEnds;
  }

  private void dial() {
    if (dialing || dialer.isOver()) {
      return;
    }
    dialing = true;
    int mine = ++attempt;
    long arrived = dialer.link.arrived();
    travel(() -> answer(mine, arrived));
    time.after(HANDSHAKE_TIMEOUT, () -> retry(mine));
  }

  private void retry(int failed) {
    if (dialing && attempt == failed) {
      dialing = false;
      time.after(10 + random.nextInt(100), this::dial);
    }
  }

  /**
   * A step of the handshake: it arrives unless the network is down when it leaves or when it
   * arrives.
   */
  private void travel(Runnable step) {
    if (!isOut()) {
      time.after(
          random.nextInt(60), // some arrive too late
          () -> {
            if (!isOut()) {
              step.run();
            }
          });
    }
  }

  private void answer(int asked, long arrivedThere) {
    if (asked <= admitted) {
      return;
    }
    if (acceptor.isOver()) {
      travel(() -> dialer.link.fail(new IOException("the session is over")));
      return;
    }
    admitted = asked;
    acceptor.link.detach(new IOException("another link"));
    long arrived = acceptor.link.arrived();
    SimulatedLink[] next = SimulatedLink.pair(time, random);
    time.after(
        random.nextInt(30), () -> acceptor.attach(next[1], arrivedThere, () -> asked == admitted));
    travel(() -> welcome(asked, next, arrived));
  }

  private void welcome(int asked, SimulatedLink[] next, long arrivedThere) {
    if (dialing && attempt == asked) {
      dialing = false;
      present = next;
      dialer.attach(next[0], arrivedThere, () -> true);
    }
  }

  /** One end of the session. */
  public final class End implements SessionLink.Supervisor, SessionLink.Listener {
    private final boolean dials;
    private final SessionLink link;
    private final ArrayDeque<Integer> outbox = new ArrayDeque<>();
    private final ByteBuffer in = ByteBuffer.allocate(256);
    private Consumer<Integer> receiver = _ -> {};
    private Runnable onLost = () -> {};
    private boolean open;
    private boolean over;
    private int silent;

    End(boolean dials) {
      this.dials = dials;
      link = new SessionLink(action -> time.after(0, action), "simulated", this);
      link.listen(this);
      time.after(SILENCE / BEATS, this::beat);
    }

    /** Sends a message, now or when there is a link. */
    public void send(int message) {
      outbox.add(message);
      flush();
    }

    /** Whether a message has not been given to a link. */
    public boolean isUnsent(int message) {
      return outbox.contains(message);
    }

    /** Sets the receiver of messages, and the action to run at the end. */
    public void serve(Consumer<Integer> messages, Runnable lost) {
      receiver = messages;
      onLost = lost;
    }

    /** Whether the session is over. */
    public boolean isOver() {
      return over;
    }

    /** Declares the other side dead. */
    public void lose() {
      link.close("lost");
      end();
    }

    private void end() {
      if (!over) {
        over = true;
        onLost.run();
      }
    }

    private void flush() {
      while (open && !over && !outbox.isEmpty()) {
        write(outbox.remove());
      }
    }

    private void write(int message) {
      ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES).putInt(message).flip();
      int split = random.nextInt(Integer.BYTES);
      try {
        link.write(new ByteBuffer[] {bytes.slice(0, split), bytes.slice(split, 4 - split)}, 0, 2);
      } catch (IOException e) {
        end();
      }
    }

    private void attach(
        SimulatedLink next, long there, java.util.function.BooleanSupplier isWanted) {
      if (over) {
        next.close();
        return;
      }
      next.onChange(this::read);
      link.attach(next, there, isWanted);
    }

    private void read() {
      try {
        while (!over) {
          ByteBuffer piece = in.slice(in.position(), 1 + random.nextInt(in.remaining()));
          int count = link.read(piece, 0);
          if (count < 0) {
            end();
          }
          if (count <= 0) {
            return;
          }
          silent = 0;
          in.position(in.position() + count);
          take();
        }
      } catch (IOException e) {
        end();
      }
    }

    private void take() {
      in.flip();
      while (in.remaining() >= Integer.BYTES && !over) {
        int message = in.getInt();
        if (message != PING) {
          receiver.accept(message);
        }
      }
      in.compact();
    }

    private void beat() {
      if (over) {
        return;
      }
      silent++;
      if (silent > BEATS) {
        lose();
        return;
      }
      if (silent % SUSPICIOUS == 0) {
        link.suspect(new IOException("silence"));
      }
      if (open && silent % 2 == 0) {
        send(PING);
      }
      link.beat();
      read();
      time.after(SILENCE / BEATS, this::beat);
    }

    @Override
    public void disconnected(SessionLink session, IOException cause) {
      if (dials) {
        time.after(0, SimulatedSession.this::dial);
      }
    }

    @Override
    public void connected() {
      open = true;
      time.after(0, this::flush);
    }

    @Override
    public void disconnected() {
      open = false;
    }

    @Override
    public void failed(IOException cause) {
      end();
    }

    @Override
    public void awaitsAcknowledgement() {
      throw new AssertionError("so few bytes fit into any window");
    }
  }
}
