package io.farref.group.store;

import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Output;
import io.farref.spi.Link;
import io.farref.spi.Store.Snapshot;
import io.farref.time.Durations;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One user of a hosted store, as the host sees it. Trusts nothing that comes in: a malformed
 * request ends this connection and nothing else.
 *
 * <p>One thread reads requests, answers them, and answers the waits when the host wakes it because
 * something changed.
 */
final class StoreUser {
  private static final long WRITE_NANOS = TimeUnit.SECONDS.toNanos(20);

  private record Await(long id, String prefix, long since, long deadline) {}

  private final StoreHost host;
  private final Link link;
  private final StoreFrames frames;
  private final String owner;

  /** Used by the user's thread only. */
  private final List<Await> awaits = new ArrayList<>();

  /**
   * Whether the next change ends a wait in the link. Read and written under the host's lock, which
   * the annotation for it cannot name from here: so a change is either seen by the user's thread
   * before it sets this, or wakes it.
   */
  private boolean wantsChanges;

  StoreUser(StoreHost host, Link link, String owner) {
    this.host = host;
    this.link = link;
    this.frames = new StoreFrames(link, StoreProtocol.MAX_REQUEST);
    this.owner = owner;
  }

  /** The owner under which this user's ephemeral keys are stored. */
  String owner() {
    return owner;
  }

  /**
   * Answers requests until the host closes, of which it notifies the user, or the connection ends.
   *
   * @throws MalformedException if something came that makes no sense
   */
  void serve() throws IOException {
    while (true) {
      boolean last =
          host.isClosing(); // read first: changes made before the close are still reported
      if (!awaits.isEmpty()) {
        for (Output answer : host.update(this::answerAwaits)) {
          send(answer);
        }
      }
      if (last) {
        send(head(0, StoreProtocol.GOODBYE));
        return;
      }
      Input request = frames.next(untilDeadline());
      if (request != null) {
        Optional<Output> answer = host.update(data -> Optional.ofNullable(take(data, request)));
        if (answer.isPresent()) {
          send(answer.get());
        }
      }
    }
  }

  /** Called with the host's lock, after a change. */
  void changed() {
    if (wantsChanges) {
      wantsChanges = false;
      link.wakeup();
    }
  }

  /** Makes the thread check whether the host is closing. */
  void wakeup() {
    link.wakeup();
  }

  void close() {
    link.close();
  }

  private long untilDeadline() {
    if (awaits.isEmpty()) {
      return -1;
    }
    long now = System.nanoTime();
    long nearest = Long.MAX_VALUE;
    for (Await await : awaits) {
      nearest = Math.min(nearest, await.deadline() - now);
    }
    return Math.max(0, nearest);
  }

  private @Nullable Output take(StoreData data, Input in) {
    long id = in.readVarLong();
    int operation = in.readUnsignedByte();
    String name = in.readUtf8();
    if (name.length() > StoreProtocol.MAX_KEY) {
      return failed(
          id, "a key of " + name.length() + " characters, the limit is " + StoreProtocol.MAX_KEY);
    }
    return switch (operation) {
      case StoreProtocol.GET -> {
        Output out = head(id, StoreProtocol.DONE);
        writeOptional(out, data.get(name));
        yield out;
      }
      case StoreProtocol.PUT_IF_ABSENT, StoreProtocol.PUT_EPHEMERAL, StoreProtocol.PUT ->
          put(data, id, operation, name, in.readBytes(in.readCount(1)));
      case StoreProtocol.REMOVE -> done(id, data.remove(name));
      case StoreProtocol.ADD -> {
        long delta = in.readZigZag();
        if (isFull(data)) {
          yield full(id);
        }
        Output out = head(id, StoreProtocol.DONE);
        out.writeZigZag(data.add(name, delta));
        yield out;
      }
      case StoreProtocol.LIST -> list(data, id, name);
      case StoreProtocol.AWAIT -> await(data, id, name, in.readLong(), in.readVarLong());
      default -> throw new MalformedException("operation " + operation);
    };
  }

  private Output put(StoreData data, long id, int operation, String key, byte[] value) {
    if (value.length > StoreProtocol.MAX_VALUE) {
      return failed(
          id, "a value of " + value.length + " bytes, the limit is " + StoreProtocol.MAX_VALUE);
    }
    if (isFull(data)) {
      return full(id);
    }
    return switch (operation) {
      case StoreProtocol.PUT_IF_ABSENT -> done(id, data.putIfAbsent(key, value, StoreData.NOBODY));
      case StoreProtocol.PUT_EPHEMERAL -> done(id, data.putIfAbsent(key, value, owner));
      default -> {
        data.put(key, value);
        yield done(id, true);
      }
    };
  }

  private @Nullable Output await(StoreData data, long id, String prefix, long since, long nanos) {
    if (awaits.size() >= StoreProtocol.MAX_AWAITS) {
      return failed(id, "more than " + StoreProtocol.MAX_AWAITS + " waits at once");
    }
    if (data.changedSince(prefix, since)) {
      return changes(data, id, prefix, since);
    }
    long bounded = Math.clamp(nanos, 0, Durations.LONGEST_NANOS);
    awaits.add(new Await(id, prefix, since, System.nanoTime() + bounded));
    wantsChanges = true;
    return null;
  }

  /** Answers the waits for which something changed or whose time has passed. */
  private List<Output> answerAwaits(StoreData data) {
    List<Output> answers = new ArrayList<>();
    long now = System.nanoTime();
    awaits.removeIf(
        await -> {
          boolean over =
              now - await.deadline() >= 0 || data.changedSince(await.prefix(), await.since());
          if (over) {
            answers.add(changes(data, await.id(), await.prefix(), await.since()));
          }
          return over;
        });
    wantsChanges = !awaits.isEmpty();
    return answers;
  }

  private static Output list(StoreData data, long id, String prefix) {
    Snapshot snapshot = data.list(prefix);
    Output out = head(id, StoreProtocol.DONE);
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
    return out;
  }

  private static Output changes(StoreData data, long id, String prefix, long since) {
    if (!data.remembers(since)) {
      return list(data, id, prefix);
    }
    Output out = head(id, StoreProtocol.DONE);
    out.writeByte(StoreProtocol.CHANGES);
    out.writeLong(data.revision());
    var changed = data.keysChangedSince(prefix, since);
    out.writeVarInt(changed.size());
    for (String name : changed) {
      out.writeUtf8(name);
      writeOptional(out, data.get(name));
    }
    return out;
  }

  private static void writeOptional(Output out, Optional<byte[]> value) {
    out.writeByte(value.isPresent() ? 1 : 0);
    value.ifPresent(bytes -> StoreProtocol.writeValue(out, bytes));
  }

  private static boolean isFull(StoreData data) {
    return data.size() >= StoreProtocol.MAX_KEYS;
  }

  private static Output full(long id) {
    return failed(id, "the store is full: it has " + StoreProtocol.MAX_KEYS + " keys");
  }

  private static Output done(long id, boolean result) {
    Output out = head(id, StoreProtocol.DONE);
    out.writeByte(result ? 1 : 0);
    return out;
  }

  private static Output failed(long id, String message) {
    Output out = head(id, StoreProtocol.FAILED);
    out.writeUtf8(message);
    return out;
  }

  private static Output head(long id, int status) {
    Output out = StoreProtocol.frame();
    out.writeVarLong(id);
    out.writeByte(status);
    return out;
  }

  private void send(Output frame) throws IOException {
    if (!frames.write(frame, WRITE_NANOS)) {
      throw new IOException(
          this + " has not read its answers for " + Durations.format(WRITE_NANOS));
    }
  }

  @Override
  public String toString() {
    return link.remoteAddress();
  }
}
