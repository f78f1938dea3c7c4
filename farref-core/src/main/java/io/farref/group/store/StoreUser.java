package io.farref.group.store;

import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Output;
import io.farref.group.store.HostedData.Account;
import io.farref.spi.Link;
import io.farref.spi.Store.Snapshot;
import io.farref.time.Durations;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * One user of a hosted store, as the host sees it. Trusts nothing that comes in: a malformed
 * request ends this connection and nothing else.
 *
 * <p>One thread reads requests, answers them, and answers the waits when the host wakes it because
 * something changed.
 */
final class StoreUser {
  private static final long WRITE_NANOS = TimeUnit.SECONDS.toNanos(20);

  /** A request that waits for a change. */
  private static final class Await {
    final long id;
    final String prefix;
    final long since;
    final long deadline;

    /** Up to this revision nothing under the prefix has changed. */
    long checked;

    Await(long id, String prefix, long since, long deadline) {
      this.id = id;
      this.prefix = prefix;
      this.since = since;
      this.deadline = deadline;
      this.checked = since;
    }
  }

  private final StoreHost host;
  private final Link link;
  private final StoreFrames frames;
  private final Account account = new Account();

  /** Used by the user's thread only. */
  private final List<Await> awaits = new ArrayList<>();

  /**
   * Whether the next change ends a wait in the link. Read and written under the host's lock, which
   * the annotation for it cannot name from here: so a change is either seen by the user's thread
   * before it sets this, or wakes it.
   */
  private boolean wantsChanges;

  StoreUser(StoreHost host, Link link) {
    this.host = host;
    this.link = link;
    this.frames = new StoreFrames(link, StoreProtocol.MAX_REQUEST);
  }

  /** What it keeps in the store; used under the host's lock. */
  Account account() {
    return account;
  }

  /**
   * Answers requests until the host closes, of which it notifies the user, or the connection ends.
   *
   * @throws MalformedException if something came that makes no sense
   */
  void serve() throws IOException {
    boolean open = true;
    while (open) {
      open = serveNext();
    }
  }

  /**
   * Waits for the next request, or for a change if the user waits for one, and answers it.
   *
   * @return false if the host has closed, and the user was told
   */
  boolean serveNext() throws IOException {
    boolean last = host.isClosing(); // read first: changes made before the close are still reported
    while (!awaits.isEmpty() && answer(this::due)) {
      // One at a time: so no more than one answer is in memory.
    }
    if (last) {
      write(head(0, StoreProtocol.GOODBYE));
      return false;
    }
    Input request = frames.next(untilDeadline());
    if (request != null) {
      answer(data -> take(data, request));
    }
    return true;
  }

  /** Returns whether there was an answer. */
  private boolean answer(Function<HostedData, Optional<Output>> action) throws IOException {
    Optional<Output> answer = host.answer(action);
    if (answer.isEmpty()) {
      return false;
    }
    try {
      write(answer.get());
    } finally {
      host.sent(answer.get().size());
    }
    return true;
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
      nearest = Math.min(nearest, await.deadline - now);
    }
    return Math.max(0, nearest);
  }

  private Optional<Output> take(HostedData data, Input in) {
    long id = in.readVarLong();
    int operation = in.readUnsignedByte();
    String name = in.readUtf8();
    if (name.length() > StoreProtocol.MAX_KEY) {
      return failed(
          id, "a key of " + name.length() + " characters, the limit is " + StoreProtocol.MAX_KEY);
    }
    try {
      Optional<Output> answer =
          switch (operation) {
            case StoreProtocol.GET -> {
              Output out = head(id, StoreProtocol.DONE);
              writeOptional(out, data.data().get(name));
              yield fit(id, out);
            }
            case StoreProtocol.PUT_IF_ABSENT, StoreProtocol.PUT_EPHEMERAL, StoreProtocol.PUT ->
                put(data, id, operation, name, in.readBytes(in.readCount(1)));
            case StoreProtocol.REMOVE -> done(id, data.remove(name));
            case StoreProtocol.ADD -> {
              Output out = head(id, StoreProtocol.DONE);
              out.writeZigZag(data.add(account, name, in.readZigZag()));
              yield Optional.of(out);
            }
            case StoreProtocol.LIST -> list(data.data(), id, name);
            case StoreProtocol.AWAIT ->
                await(data.data(), id, name, in.readLong(), in.readVarLong());
            default -> throw new MalformedException("operation " + operation);
          };
      if (in.remaining() > 0) {
        throw new MalformedException("a request with " + in.remaining() + " bytes too many");
      }
      return answer;
    } catch (StoreFullException e) {
      return failed(id, String.valueOf(e.getMessage()));
    }
  }

  private Optional<Output> put(HostedData data, long id, int operation, String key, byte[] value)
      throws StoreFullException {
    if (value.length > StoreProtocol.MAX_VALUE) {
      return failed(
          id,
          "a value of "
              + value.length
              + " bytes for key '"
              + key
              + "', the limit is "
              + StoreProtocol.MAX_VALUE);
    }
    return switch (operation) {
      case StoreProtocol.PUT_IF_ABSENT -> done(id, data.putIfAbsent(account, key, value, false));
      case StoreProtocol.PUT_EPHEMERAL -> done(id, data.putIfAbsent(account, key, value, true));
      default -> {
        data.put(account, key, value, false);
        yield done(id, true);
      }
    };
  }

  private Optional<Output> await(StoreData data, long id, String prefix, long since, long nanos) {
    if (awaits.size() >= StoreProtocol.MAX_AWAITS) {
      return failed(
          id,
          "more than "
              + StoreProtocol.MAX_AWAITS
              + " waits at once, with that for '"
              + prefix
              + "'");
    }
    if (data.changedSince(prefix, since)) {
      return changes(data, id, prefix, since);
    }
    long bounded = Math.clamp(nanos, 0, Durations.LONGEST_NANOS);
    awaits.add(new Await(id, prefix, since, System.nanoTime() + bounded));
    wantsChanges = true;
    return Optional.empty();
  }

  /** Answers one of the waits for which something changed or whose time has passed. */
  private Optional<Output> due(HostedData hosted) {
    StoreData data = hosted.data();
    long now = System.nanoTime();
    for (Await each : awaits) {
      if (now - each.deadline >= 0 || data.changedSince(each.prefix, each.checked)) {
        awaits.remove(each);
        return changes(data, each.id, each.prefix, each.since);
      }
      each.checked = data.revision();
    }
    wantsChanges = !awaits.isEmpty();
    return Optional.empty();
  }

  private Optional<Output> list(StoreData data, long id, String prefix) {
    Optional<Snapshot> found = data.list(prefix, host.limits().answer());
    if (found.isEmpty()) {
      return tooLong(id, prefix);
    }
    Snapshot snapshot = found.get();
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
    return fit(id, out);
  }

  private Optional<Output> changes(StoreData data, long id, String prefix, long since) {
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
      if (out.size() > host.limits().answer()) {
        return tooLong(id, prefix);
      }
    }
    return fit(id, out);
  }

  private Optional<Output> tooLong(long id, String prefix) {
    return failed(
        id,
        "the keys that begin with '"
            + prefix
            + "' and their values are too long for one answer, the limit is "
            + host.limits().answer()
            + " bytes: ask for fewer");
  }

  /** An answer, unless it is long and the users of the store leave too much unread already. */
  private Optional<Output> fit(long id, Output answer) {
    long unread = host.unread();
    long limit = host.limits().unread();
    return answer.size() <= StoreLimits.SHORT_ANSWER || answer.size() <= limit - unread
        ? Optional.of(answer)
        : failed(
            id,
            "there is no memory for an answer of "
                + answer.size()
                + " bytes: the users of the store have not read "
                + unread
                + " bytes of theirs, the limit is "
                + limit);
  }

  private static void writeOptional(Output out, Optional<byte[]> value) {
    out.writeByte(value.isPresent() ? 1 : 0);
    value.ifPresent(bytes -> StoreProtocol.writeValue(out, bytes));
  }

  private static Optional<Output> done(long id, boolean result) {
    Output out = head(id, StoreProtocol.DONE);
    out.writeByte(result ? 1 : 0);
    return Optional.of(out);
  }

  private static Optional<Output> failed(long id, String message) {
    Output out = head(id, StoreProtocol.FAILED);
    out.writeUtf8(message);
    return Optional.of(out);
  }

  private static Output head(long id, int status) {
    Output out = StoreProtocol.frame();
    out.writeVarLong(id);
    out.writeByte(status);
    return out;
  }

  private void write(Output frame) throws IOException {
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
