package io.farref.group.store;

import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The contents of a hosted store, and how much of it each user keeps: a key or counter counts for
 * the user that set it last. Not thread-safe.
 *
 * <p>When a user is gone its ephemeral keys are removed. The others stay, because those who come
 * later need them: the latest list of members may have been written by a member that is dead. If
 * too much stays in this way, the user that left most loses all of it.
 */
final class HostedData {
  /** About what a key costs besides its name and its value. */
  static final int KEY_COST = 256;

  private static final int CHARACTER_COST = 4;

  /** Names in {@link #shares} begin with one of these. */
  private static final char KEY = 'k';

  private static final char COUNTER = 'c';

  /** What a user keeps. */
  static final class Account {
    private final Set<String> names = new HashSet<>();
    private long bytes;
    private boolean isGone;

    long bytes() {
      return bytes;
    }
  }

  private record Share(Account account, long bytes, boolean isEphemeral) {}

  private final StoreData data = new StoreData();
  private final StoreLimits limits;

  /** Whose the keys and counters are, by name. */
  private final Map<String, Share> shares = new HashMap<>();

  /** The users that are gone and have left something. */
  private final Set<Account> gone = new LinkedHashSet<>();

  /** What the present users keep beyond what is guaranteed. */
  private long shared;

  /** What is left of the users that are gone. */
  private long left;

  HostedData(StoreLimits limits) {
    this.limits = limits;
  }

  /** The contents, to be read only. */
  StoreData data() {
    return data;
  }

  /**
   * Sets a key if it is absent.
   *
   * @return whether it did
   * @throws StoreFullException if the user may not keep so much
   */
  boolean putIfAbsent(Account user, String key, byte[] value, boolean isEphemeral)
      throws StoreFullException {
    if (data.get(key).isPresent()) {
      return false;
    }
    put(user, key, value, isEphemeral);
    return true;
  }

  /**
   * Sets a key.
   *
   * @throws StoreFullException if the user may not keep so much
   */
  void put(Account user, String key, byte[] value, boolean isEphemeral) throws StoreFullException {
    charge(user, KEY + key, cost(key, value.length), isEphemeral);
    data.put(key, value);
  }

  /** Removes a key, whose ever it is. */
  boolean remove(String key) {
    release(KEY + key);
    return data.remove(key);
  }

  /**
   * Adds to a counter.
   *
   * @throws StoreFullException if it is new, and the user may not keep so much
   */
  long add(Account user, String counter, long delta) throws StoreFullException {
    if (delta != 0 && !shares.containsKey(COUNTER + counter)) {
      charge(user, COUNTER + counter, cost(counter, Long.BYTES), false);
    }
    return data.add(counter, delta);
  }

  /**
   * A user is gone.
   *
   * @return how many keys and counters of users that are gone were removed because too much stayed
   */
  int leave(Account user) {
    for (String name : List.copyOf(user.names)) {
      Share share = shares.get(name);
      if (share != null && share.isEphemeral) {
        removeNamed(name);
      }
    }
    shared -= excess(user.bytes);
    left += user.bytes;
    user.isGone = true;
    if (user.bytes > 0) {
      gone.add(user);
    }
    int removed = 0;
    while (left > limits.left()) {
      Account most = Collections.max(gone, Comparator.comparingLong(Account::bytes));
      removed += most.names.size();
      List.copyOf(most.names).forEach(this::removeNamed);
    }
    return removed;
  }

  private void removeNamed(String name) {
    if (name.charAt(0) == KEY) {
      remove(name.substring(1));
    } else {
      release(name);
      data.removeCounter(name.substring(1));
    }
  }

  private static long cost(String name, int valueBytes) {
    return KEY_COST + (long) CHARACTER_COST * name.length() + valueBytes;
  }

  private void charge(Account user, String name, long bytes, boolean isEphemeral)
      throws StoreFullException {
    Share present = shares.get(name);
    long own = present == null || present.account != user ? 0 : present.bytes;
    check(user, name.substring(1), bytes - own);
    release(name);
    shares.put(name, new Share(user, bytes, isEphemeral));
    user.names.add(name);
    count(user, bytes);
  }

  private void check(Account user, String key, long more) throws StoreFullException {
    if (more <= 0) {
      return;
    }
    long bytes = user.bytes + more;
    if (bytes > limits.user()) {
      throw new StoreFullException(
          "with key '"
              + key
              + "' this worker would keep "
              + bytes
              + " bytes in the store, the limit for one worker is "
              + limits.user());
    }
    long sum = shared + excess(bytes) - excess(user.bytes);
    if (sum > limits.shared()) {
      throw new StoreFullException(
          "the store is full: with key '"
              + key
              + "' all workers would keep "
              + sum
              + " bytes in it beyond the "
              + limits.guaranteed()
              + " that each may always keep, the limit is "
              + limits.shared()
              + "; this worker keeps "
              + user.bytes);
    }
  }

  private void release(String name) {
    Share share = shares.remove(name);
    if (share != null) {
      share.account.names.remove(name);
      count(share.account, -share.bytes);
    }
  }

  private void count(Account user, long more) {
    long before = user.bytes;
    user.bytes += more;
    if (user.isGone) {
      left += more;
      if (user.bytes == 0) {
        gone.remove(user);
      }
    } else {
      shared += excess(user.bytes) - excess(before);
    }
  }

  private long excess(long bytes) {
    return Math.max(0, bytes - limits.guaranteed());
  }

  /** The user that keeps a key; empty if there is no such key. */
  Optional<Account> keeper(String key) {
    return Optional.ofNullable(shares.get(KEY + key)).map(Share::account);
  }

  /** What is left of the users that are gone. */
  long left() {
    return left;
  }

  /** What the present users keep beyond what is guaranteed. */
  long shared() {
    return shared;
  }
}
