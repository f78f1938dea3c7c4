package io.farref.group;

import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Output;
import io.farref.spi.Store.Snapshot;
import io.farref.time.Durations;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One user of a hosted store, as the host sees it. Trusts nothing that comes in: what makes no
 * sense ends this connection and nothing else. Of the server's thread only.
 */
final class StoreConnection {
  private static final Logger LOG = System.getLogger("io.farref.group");
  private static final long HANDSHAKE_NANOS = 10_000_000_000L;

  /** HELLO expected, then PROOF, then requests; CLOSED may follow any. */
  private enum State {
    HELLO,
    PROOF,
    OPEN,
    CLOSED
  }

  private record Await(long id, String prefix, long since, long deadline) {}

  private final StoreServer server;
  private final SocketChannel channel;
  private final SelectionKey key;
  private final String owner;
  private final String remote;
  private final StoreHandshake handshake;
  private final long handshakeDeadline = System.nanoTime() + HANDSHAKE_NANOS;
  private final ArrayDeque<ByteBuffer> backlog = new ArrayDeque<>();
  private final List<Await> awaits = new ArrayList<>();
  private ByteBuffer in = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
  private State state = State.HELLO;
  private byte @Nullable [] userHello;
  private long backlogBytes;

  StoreConnection(
      StoreServer server,
      SocketChannel channel,
      Selector selector,
      Optional<String> secret,
      String owner)
      throws IOException {
    this.server = server;
    this.channel = channel;
    this.owner = owner;
    this.remote = String.valueOf(channel.getRemoteAddress());
    this.handshake = new StoreHandshake(secret);
    this.key = channel.register(selector, SelectionKey.OP_READ, this);
  }

  String owner() {
    return owner;
  }

  boolean isClosed() {
    return state == State.CLOSED;
  }

  boolean hasBacklog() {
    return !isClosed() && !backlog.isEmpty();
  }

  /** Takes in what has come and answers what is complete. */
  void read() {
    try {
      while (state != State.CLOSED) {
        int count = channel.read(in);
        if (count < 0) {
          close();
          return;
        }
        if (count == 0) {
          return;
        }
        in.flip();
        takeFrames();
        makeRoom();
      }
    } catch (MalformedException e) {
      if (state == State.OPEN) {
        LOG.log(Level.WARNING, "the store drops " + remote + ", which sent " + e.getMessage());
      } else {
        LOG.log(Level.DEBUG, "the store drops " + remote + ", which sent " + e.getMessage());
      }
      close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "the store lost " + remote, e);
      close();
    }
  }

  private void takeFrames() {
    while (state != State.CLOSED && in.remaining() >= Integer.BYTES) {
      int length = StoreProtocol.checkFrame(in.getInt(in.position()), maxFrame());
      if (in.remaining() - Integer.BYTES < length) {
        return;
      }
      in.position(in.position() + Integer.BYTES);
      byte[] frame = new byte[length];
      in.get(frame);
      take(frame);
    }
  }

  private void makeRoom() {
    int needed = Integer.BYTES;
    if (in.remaining() >= Integer.BYTES) {
      needed += in.getInt(in.position());
    }
    if (needed > in.capacity()) {
      in = ByteBuffer.allocate(needed).order(ByteOrder.LITTLE_ENDIAN).put(in);
    } else {
      in.compact();
    }
  }

  private int maxFrame() {
    return state == State.OPEN ? StoreProtocol.MAX_REQUEST : StoreProtocol.MAX_HANDSHAKE_FRAME;
  }

  private void take(byte[] frame) {
    switch (state) {
      case HELLO -> takeHello(frame);
      case PROOF -> takeProof(frame);
      case OPEN -> takeRequest(new Input(frame));
      case CLOSED -> {}
    }
  }

  private void takeHello(byte[] frame) {
    byte[] own = handshake.hello();
    Optional<String> objection = StoreHandshake.objection(frame, own);
    Output out = StoreProtocol.frame();
    out.writeBytes(own, 0, own.length);
    send(out);
    if (objection.isPresent()) {
      refuse(objection.get());
      return;
    }
    userHello = frame;
    state = State.PROOF;
  }

  private void takeProof(byte[] frame) {
    byte[] hello = userHello;
    if (hello == null) {
      throw new MalformedException("a proof before a hello");
    }
    byte[] proof = StoreHandshake.readProof(new Input(frame));
    byte[] own = handshake.hello();
    if (!handshake.verify(proof, StoreHandshake.Role.USER, hello, own)) {
      refuse("wrong secret: this worker's secret is not the one of the store's host");
      return;
    }
    Output out = StoreProtocol.frame();
    out.writeByte(StoreHandshake.WELCOME);
    byte[] answer = handshake.proof(StoreHandshake.Role.HOST, hello, own);
    out.writeBytes(answer, 0, answer.length);
    send(out);
    state = State.OPEN;
  }

  private void refuse(String why) {
    server.refused(remote + ": " + why);
    Output out = StoreProtocol.frame();
    out.writeByte(StoreHandshake.REFUSED);
    out.writeUtf8(why);
    send(out);
    close();
  }

  private void takeRequest(Input in) {
    long id = in.readVarLong();
    int operation = in.readUnsignedByte();
    String name = in.readUtf8();
    if (name.length() > StoreProtocol.MAX_KEY) {
      fail(id, "a key of " + name.length() + " characters, the limit is " + StoreProtocol.MAX_KEY);
      return;
    }
    StoreData data = server.data();
    switch (operation) {
      case StoreProtocol.GET -> {
        Output out = done(id);
        Optional<byte[]> value = data.get(name);
        out.writeByte(value.isPresent() ? 1 : 0);
        value.ifPresent(bytes -> StoreProtocol.writeValue(out, bytes));
        send(out);
      }
      case StoreProtocol.PUT_IF_ABSENT, StoreProtocol.PUT_EPHEMERAL, StoreProtocol.PUT ->
          takePut(id, operation, name, in.readBytes(in.readCount(1)));
      case StoreProtocol.REMOVE -> answer(id, data.remove(name));
      case StoreProtocol.ADD -> {
        if (checkRoom(id)) {
          Output out = done(id);
          out.writeZigZag(data.add(name, in.readZigZag()));
          send(out);
        }
      }
      case StoreProtocol.LIST -> sendList(id, name);
      case StoreProtocol.AWAIT -> takeAwait(id, name, in.readLong(), in.readVarLong());
      default -> throw new MalformedException("operation " + operation);
    }
  }

  private void takePut(long id, int operation, String key, byte[] value) {
    if (value.length > StoreProtocol.MAX_VALUE) {
      fail(id, "a value of " + value.length + " bytes, the limit is " + StoreProtocol.MAX_VALUE);
    } else if (checkRoom(id)) {
      StoreData data = server.data();
      switch (operation) {
        case StoreProtocol.PUT_IF_ABSENT ->
            answer(id, data.putIfAbsent(key, value, StoreData.NOBODY));
        case StoreProtocol.PUT_EPHEMERAL -> answer(id, data.putIfAbsent(key, value, owner));
        default -> {
          data.put(key, value);
          answer(id, true);
        }
      }
    }
  }

  private void takeAwait(long id, String prefix, long since, long nanos) {
    if (awaits.size() >= StoreProtocol.MAX_AWAITS) {
      fail(id, "more than " + StoreProtocol.MAX_AWAITS + " waits at once");
    } else if (server.data().changedSince(prefix, since)) {
      sendChanges(id, prefix, since);
    } else {
      long bounded = Math.clamp(nanos, 0, Durations.LONGEST_NANOS);
      awaits.add(new Await(id, prefix, since, System.nanoTime() + bounded));
    }
  }

  private boolean checkRoom(long id) {
    if (server.data().size() >= StoreProtocol.MAX_KEYS) {
      fail(id, "the store is full: it has " + StoreProtocol.MAX_KEYS + " keys");
      return false;
    }
    return true;
  }

  /** Answers the waits for which something changed. */
  void answerAwaits() {
    awaits.removeIf(
        await -> {
          boolean changed = server.data().changedSince(await.prefix(), await.since());
          if (changed) {
            sendChanges(await.id(), await.prefix(), await.since());
          }
          return changed;
        });
  }

  /** Answers the waits whose time has passed, and ends a handshake that takes too long. */
  void expire(long now) {
    if ((state == State.HELLO || state == State.PROOF) && now - handshakeDeadline > 0) {
      close();
    }
    awaits.removeIf(
        await -> {
          boolean over = now - await.deadline() >= 0;
          if (over) {
            sendChanges(await.id(), await.prefix(), await.since());
          }
          return over;
        });
  }

  /** When {@link #expire} is next needed, in nanoseconds from now. */
  long untilDeadline(long now) {
    long nearest = state == State.OPEN ? Long.MAX_VALUE : handshakeDeadline - now;
    for (Await await : awaits) {
      nearest = Math.min(nearest, await.deadline() - now);
    }
    return nearest;
  }

  void sayGoodbye() {
    if (state == State.OPEN) {
      Output out = StoreProtocol.frame();
      out.writeVarLong(0);
      out.writeByte(StoreProtocol.GOODBYE);
      send(out);
    }
  }

  private void sendList(long id, String prefix) {
    Output out = done(id);
    Snapshot snapshot = server.data().list(prefix);
    out.writeByte(StoreProtocol.FULL);
    out.writeLong(snapshot.revision());
    out.writeVarInt(snapshot.entries().size());
    snapshot
        .entries()
        .forEach(
            (name, value) -> {
              out.writeUtf8(name);
              StoreProtocol.writeValue(out, value);
            });
    send(out);
  }

  private void sendChanges(long id, String prefix, long since) {
    StoreData data = server.data();
    if (!data.remembers(since)) {
      sendList(id, prefix);
      return;
    }
    Output out = done(id);
    out.writeByte(StoreProtocol.CHANGES);
    out.writeLong(data.revision());
    var changed = data.keysChangedSince(prefix, since);
    out.writeVarInt(changed.size());
    for (String name : changed) {
      Optional<byte[]> value = data.get(name);
      out.writeUtf8(name);
      out.writeByte(value.isPresent() ? 1 : 0);
      value.ifPresent(bytes -> StoreProtocol.writeValue(out, bytes));
    }
    send(out);
  }

  private void answer(long id, boolean result) {
    Output out = done(id);
    out.writeByte(result ? 1 : 0);
    send(out);
  }

  private void fail(long id, String message) {
    Output out = StoreProtocol.frame();
    out.writeVarLong(id);
    out.writeByte(StoreProtocol.FAILED);
    out.writeUtf8(message);
    send(out);
  }

  private static Output done(long id) {
    Output out = StoreProtocol.frame();
    out.writeVarLong(id);
    out.writeByte(StoreProtocol.DONE);
    return out;
  }

  private void send(Output out) {
    if (state == State.CLOSED) {
      return;
    }
    byte[] bytes = StoreProtocol.seal(out);
    backlog.addLast(ByteBuffer.wrap(bytes));
    backlogBytes += bytes.length;
    flush();
    if (backlogBytes > StoreProtocol.MAX_BACKLOG) {
      LOG.log(Level.WARNING, "the store drops " + remote + ", which does not read its answers");
      close();
    }
  }

  /** Sends as much of the backlog as the user takes now. */
  void flush() {
    try {
      while (!backlog.isEmpty()) {
        ByteBuffer next = backlog.getFirst();
        backlogBytes -= channel.write(next);
        if (next.hasRemaining()) {
          break;
        }
        backlog.removeFirst();
      }
      if (key.isValid()) {
        key.interestOps(
            backlog.isEmpty()
                ? SelectionKey.OP_READ
                : SelectionKey.OP_READ | SelectionKey.OP_WRITE);
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "the store lost " + remote, e);
      close();
    }
  }

  void close() {
    if (state != State.CLOSED) {
      state = State.CLOSED;
      awaits.clear();
      key.cancel();
      try {
        channel.close();
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "closing the connection to " + remote, e);
      }
    }
  }

  @Override
  public String toString() {
    return remote;
  }
}
