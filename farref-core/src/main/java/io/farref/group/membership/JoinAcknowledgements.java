package io.farref.group.membership;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.farref.bytes.MalformedException;
import io.farref.group.Member;
import io.farref.spi.Store;
import io.farref.spi.Store.Snapshot;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells a newcomer which members of an open group know it. Each member writes under the key {@code
 * known/INCARNATION} how many members have ever joined, as soon as its listeners were told of the
 * last of them: it knows all with lower ids. Used by one thread.
 */
public final class JoinAcknowledgements {
  /** Outside of {@link GroupState#PREFIX}: only newcomers wait for these keys. */
  static final String KNOWN = "known/";

  private final Store store;
  private final Member newcomer;
  private Optional<Snapshot> seen = Optional.empty();

  JoinAcknowledgements(Store store, Member newcomer) {
    this.store = store;
    this.newcomer = newcomer;
  }

  /** A member knows all with ids below this one. */
  static void acknowledge(Store store, Member member, int nextId) throws IOException {
    store.put(KNOWN + member.incarnation(), Integer.toString(nextId).getBytes(UTF_8));
  }

  /**
   * The members among these that have not said yet that they know the newcomer. If there are any,
   * waits for a change before it answers, but no longer than a timeout.
   */
  public List<Member> missing(List<Member> members, Duration timeout) throws IOException {
    Snapshot last = seen.isPresent() ? seen.get() : store.list(KNOWN);
    seen = Optional.of(last);
    List<Member> missing = missing(members, last.entries());
    if (missing.isEmpty()) {
      return missing;
    }
    Snapshot now = store.await(KNOWN, last, timeout);
    seen = Optional.of(now);
    return missing(members, now.entries());
  }

  /** A member that joined later than the newcomer knew it from the start. */
  private List<Member> missing(List<Member> members, Map<String, byte[]> known) {
    return members.stream()
        .filter(member -> member.id() < newcomer.id())
        .filter(member -> nextId(known.get(KNOWN + member.incarnation())) <= newcomer.id())
        .toList();
  }

  private static int nextId(byte @Nullable [] value) {
    try {
      return value == null ? 0 : Integer.parseInt(new String(value, UTF_8));
    } catch (NumberFormatException e) {
      throw new MalformedException("under a key " + KNOWN + " is no number: " + e.getMessage());
    }
  }
}
