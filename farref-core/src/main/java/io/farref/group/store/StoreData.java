package io.farref.group.store;

import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Output;
import io.farref.spi.Store.Snapshot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The contents of a store: keys, their values and owners, counters, and the keys that have changed
 * lately. Not thread-safe.
 */
public final class StoreData {
  /** The owner of keys that no user's end removes. */
  public static final String NOBODY = "";

  /** How many bytes of the encoding {@link #isAt} needs. */
  static final int HEAD_BYTES = 1 + Long.BYTES;

  private static final int FORMAT = 1;
  private static final int MAX_LOG = 8192;
  private static final int MAX_LOG_CHARACTERS = 1 << 20;

  private static final class Entry {
    final byte[] value;
    final String owner;

    Entry(byte[] value, String owner) {
      this.value = value;
      this.owner = owner;
    }
  }

  private record Change(long revision, String key) {}

  private final TreeMap<String, Entry> entries = new TreeMap<>();
  private final Map<String, Long> counters = new HashMap<>();
  private final ArrayDeque<Change> log = new ArrayDeque<>();
  private int logCharacters;
  private long revision;
  private long logStart;

  /** Starts empty, at a revision that no earlier store at the same address can have reached. */
  public StoreData() {
    this(System.currentTimeMillis() << 20);
  }

  private StoreData(long revision) {
    this.revision = revision;
    this.logStart = revision;
  }

  long revision() {
    return revision;
  }

  int size() {
    return entries.size() + counters.size();
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  Optional<byte[]> get(String key) {
    Entry entry = entries.get(key);
    return entry == null ? Optional.empty() : Optional.of(entry.value);
  }

  public boolean putIfAbsent(String key, byte[] value, String owner) {
    if (entries.putIfAbsent(key, new Entry(value, owner)) != null) {
      return false;
    }
    changed(key);
    return true;
  }

  public void put(String key, byte[] value) {
    entries.put(key, new Entry(value, NOBODY));
    changed(key);
  }

  public boolean remove(String key) {
    if (entries.remove(key) == null) {
      return false;
    }
    changed(key);
    return true;
  }

  long add(String counter, long delta) {
    if (delta == 0) {
      return counters.getOrDefault(counter, 0L);
    }
    revision++;
    return counters.merge(counter, delta, Long::sum);
  }

  void removeCounter(String counter) {
    counters.remove(counter);
  }

  /** Removes the keys of an owner; returns whether there were any. */
  public boolean removeOwner(String owner) {
    List<String> keys = new ArrayList<>();
    entries.forEach(
        (key, entry) -> {
          if (entry.owner.equals(owner)) {
            keys.add(key);
          }
        });
    keys.forEach(this::remove);
    return !keys.isEmpty();
  }

  /** The owners of ephemeral keys. */
  Set<String> owners() {
    Set<String> owners = new TreeSet<>();
    for (Entry entry : entries.values()) {
      if (!entry.owner.equals(NOBODY)) {
        owners.add(entry.owner);
      }
    }
    return owners;
  }

  public Snapshot list(String prefix) {
    return list(prefix, Long.MAX_VALUE).orElseThrow();
  }

  /** The keys under a prefix and their values; empty if these have more bytes than that. */
  Optional<Snapshot> list(String prefix, long maxBytes) {
    Map<String, byte[]> found = new TreeMap<>();
    long left = maxBytes;
    for (var entry : entries.tailMap(prefix, true).entrySet()) {
      String key = entry.getKey();
      if (!key.startsWith(prefix)) {
        break;
      }
      byte[] value = entry.getValue().value;
      left -= key.length() + value.length;
      if (left < 0) {
        return Optional.empty();
      }
      found.put(key, value);
    }
    return Optional.of(new Snapshot(revision, Collections.unmodifiableMap(found)));
  }

  /** Whether a key under a prefix has changed after a revision; true if that is not known. */
  boolean changedSince(String prefix, long since) {
    if (!remembers(since)) {
      return true;
    }
    for (var changes = log.descendingIterator(); changes.hasNext(); ) {
      Change change = changes.next();
      if (change.revision() <= since) {
        return false;
      }
      if (change.key().startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  /** Whether {@link #keysChangedSince} knows all changes after a revision. */
  boolean remembers(long since) {
    return since >= logStart && since <= revision;
  }

  /** The keys under a prefix that were set or removed after a revision that is remembered. */
  Set<String> keysChangedSince(String prefix, long since) {
    Set<String> keys = new TreeSet<>();
    for (var changes = log.descendingIterator(); changes.hasNext(); ) {
      Change change = changes.next();
      if (change.revision() <= since) {
        break;
      }
      if (change.key().startsWith(prefix)) {
        keys.add(change.key());
      }
    }
    return keys;
  }

  /** Whether two snapshots of one prefix hold the same keys with the same values. */
  static boolean same(Snapshot one, Snapshot other) {
    if (one == other) {
      return true;
    }
    Map<String, byte[]> before = one.entries();
    Map<String, byte[]> after = other.entries();
    if (before.size() != after.size()) {
      return false;
    }
    for (var entry : after.entrySet()) {
      byte[] value = before.get(entry.getKey());
      if (value == null || !Arrays.equals(value, entry.getValue())) {
        return false;
      }
    }
    return true;
  }

  private void changed(String key) {
    revision++;
    log.addLast(new Change(revision, key));
    logCharacters += key.length();
    while (log.size() > MAX_LOG || logCharacters > MAX_LOG_CHARACTERS) {
      Change forgotten = log.removeFirst();
      logCharacters -= forgotten.key().length();
      logStart = forgotten.revision();
    }
  }

  /** Whether an encoding of the same store that begins with these bytes is of this state. */
  boolean isAt(byte[] head) {
    if (head.length < HEAD_BYTES) {
      return false;
    }
    Input in = new Input(head);
    return in.readUnsignedByte() == FORMAT && in.readLong() == revision;
  }

  byte[] encode() {
    Output out = new Output(1024);
    out.writeByte(FORMAT);
    out.writeLong(revision);
    out.writeVarInt(entries.size());
    entries.forEach(
        (key, entry) -> {
          out.writeUtf8(key);
          out.writeUtf8(entry.owner);
          out.writeVarInt(entry.value.length);
          out.writeBytes(entry.value, 0, entry.value.length);
        });
    out.writeVarInt(counters.size());
    counters.forEach(
        (name, value) -> {
          out.writeUtf8(name);
          out.writeZigZag(value);
        });
    return out.toByteArray();
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws MalformedException if it is anything else
   */
  static StoreData decode(byte[] bytes) {
    Input in = new Input(bytes);
    int format = in.readUnsignedByte();
    if (format != FORMAT) {
      throw new MalformedException("format " + format + " where " + FORMAT + " was expected");
    }
    StoreData data = new StoreData(in.readLong());
    for (int left = in.readCount(3); left > 0; left--) {
      String key = in.readUtf8();
      String owner = in.readUtf8();
      data.entries.put(key, new Entry(in.readBytes(in.readCount(1)), owner));
    }
    for (int left = in.readCount(2); left > 0; left--) {
      data.counters.put(in.readUtf8(), in.readZigZag());
    }
    if (in.remaining() > 0) {
      throw new MalformedException(in.remaining() + " bytes too many");
    }
    return data;
  }
}
