package io.farref.group.membership;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.farref.bytes.MalformedException;
import io.farref.group.Member;
import io.farref.observe.ForeignText;
import io.farref.spi.Store.Snapshot;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The state of a group at one moment, as the keys of its store tell it. Each begins with {@code
 * group/}:
 *
 * <ul>
 *   <li>{@code worker/INCARNATION}, ephemeral: a worker that joins or has joined. It is present as
 *       long as this key is there;
 *   <li>{@code view/N}: a {@link View}. The worker that sets the first key after the highest has
 *       its view accepted, so that there is one sequence of views. The highest is never removed;
 *   <li>{@code ready/GROUP/INCARNATION}: a member of a view of fixed size that has seen the view,
 *       until it has seen the verdict as well;
 *   <li>{@code verdict/GROUP}: whether the group of that view has formed. Set once;
 *   <li>{@code refused/INCARNATION}: why a worker may not join.
 * </ul>
 *
 * @param registrations by incarnation
 * @param views by number
 * @param verdicts by group, true if it has formed
 * @param ready {@code GROUP/INCARNATION}
 * @param refusals by incarnation
 */
record GroupState(
    Map<String, Registration> registrations,
    TreeMap<Integer, View> views,
    Map<String, Boolean> verdicts,
    Set<String> ready,
    Map<String, String> refusals) {

  static final String PREFIX = "group/";
  static final String WORKER = PREFIX + "worker/";
  static final String VIEW = PREFIX + "view/";
  static final String READY = PREFIX + "ready/";
  static final String VERDICT = PREFIX + "verdict/";
  static final String REFUSED = PREFIX + "refused/";
  static final byte[] FORMED = "formed".getBytes(UTF_8);
  static final byte[] ABANDONED = "abandoned".getBytes(UTF_8);

  /**
   * Reads all keys of a store.
   *
   * @throws MalformedException if an entry makes no sense; the message names it
   */
  static GroupState parse(Snapshot snapshot) {
    GroupState state =
        new GroupState(
            new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new HashSet<>(), new TreeMap<>());
    snapshot
        .entries()
        .forEach(
            (key, value) -> {
              try {
                state.add(key, value);
              } catch (MalformedException | NumberFormatException e) {
                throw new MalformedException(
                    ForeignText.of("under the key " + key + " is " + e.getMessage()));
              }
            });
    return state;
  }

  private void add(String key, byte[] value) {
    int at = key.startsWith(PREFIX) ? PREFIX.length() : 0;
    String rest = key.substring(key.indexOf('/', at) + 1);
    switch (key.substring(0, key.length() - rest.length())) {
      case WORKER -> registrations.put(rest, Registration.decode(value));
      case VIEW -> views.put(Integer.parseInt(rest), View.decode(value));
      case VERDICT -> verdicts.put(rest, new String(value, UTF_8).equals("formed"));
      case READY -> ready.add(rest);
      case REFUSED -> refusals.put(rest, ForeignText.of(new String(value, UTF_8)));
      default -> {
        // An entry of another program: a store may be shared.
      }
    }
  }

  static String readyKey(View view, String incarnation) {
    return view.groupId() + "/" + incarnation;
  }

  boolean isPresent(Member member) {
    return registrations.containsKey(member.incarnation());
  }

  boolean isReady(View view, Member member) {
    return ready.contains(readyKey(view, member.incarnation()));
  }

  /** Whether the group of a view of fixed size has formed; empty until that is decided. */
  Optional<Boolean> verdict(View view) {
    return Optional.ofNullable(verdicts.get(view.groupId()));
  }

  boolean isAbandoned(View view) {
    return verdict(view).equals(Optional.of(false));
  }

  boolean isFormed(View view) {
    return view.isOpen() || verdict(view).equals(Optional.of(true));
  }

  int nextView() {
    return views.isEmpty() ? 1 : views.lastKey() + 1;
  }

  /** The highest view of an open group. */
  Optional<View> latestOpen() {
    return views.descendingMap().values().stream().filter(View::isOpen).findFirst();
  }

  /** The incarnations in views whose groups have formed, present or not. */
  Set<String> settled() {
    Set<String> settled = new HashSet<>();
    for (View view : views.values()) {
      if (isFormed(view)) {
        view.members().forEach(member -> settled.add(member.incarnation()));
      }
    }
    return settled;
  }

  /** The incarnations in views whose groups have formed or still may. */
  Set<String> taken() {
    Set<String> taken = new HashSet<>();
    for (View view : views.values()) {
      if (!isAbandoned(view)) {
        view.members().forEach(member -> taken.add(member.incarnation()));
      }
    }
    return taken;
  }
}
