package io.farref.node.connect;

import io.farref.group.Member;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The members of the group, present and past. Past members stay known by their ids, so that an
 * error about a reference can still name the worker that owned the value. Thread-safe.
 *
 * <p>The present members are one immutable list, replaced as a whole: a loop over it sees the group
 * at one moment, in which names and ranks are unique.
 */
public final class Members {
  private final Map<Integer, Member> members = new ConcurrentHashMap<>();
  private final Map<Integer, X509Certificate> certificates = new ConcurrentHashMap<>();
  private final Set<Integer> gone = ConcurrentHashMap.newKeySet();

  /** By rank. Written under the lock. */
  private volatile List<Member> present = List.of();

  /** Adds a member. */
  public synchronized void add(Member member) {
    List<Member> all = new ArrayList<>(present);
    all.removeIf(each -> each.id() == member.id());
    all.add(member);
    become(all);
  }

  /**
   * Sets the present members; those that are gone stay so.
   *
   * @return the ids of those that were present and no longer are
   */
  public synchronized List<Integer> update(Collection<Member> members) {
    List<Member> now = List.copyOf(members);
    List<Integer> left =
        present.stream()
            .map(Member::id)
            .filter(id -> now.stream().noneMatch(each -> each.id() == id))
            .toList();
    gone.addAll(left);
    become(now);
    return left;
  }

  /** Marks a member as lost or gone; returns false if it was marked before. */
  public synchronized boolean remove(int id) {
    boolean first = gone.add(id);
    become(present);
    return first;
  }

  private synchronized void become(Collection<Member> all) {
    all.forEach(each -> members.put(each.id(), each));
    present =
        all.stream()
            .filter(each -> !gone.contains(each.id()))
            .sorted(Comparator.comparingInt(Member::rank))
            .toList();
    notifyAll();
  }

  /** Whether that member is lost or has left. */
  public boolean isGone(int id) {
    return gone.contains(id);
  }

  /**
   * Whether a worker of that id is a present member. Waits a while until the id is known: other
   * workers may learn of a new member before this worker does.
   */
  public synchronized boolean awaitMember(int id, long timeoutMillis) {
    long end = System.nanoTime() + timeoutMillis * 1_000_000;
    boolean interrupted = false;
    while (!members.containsKey(id)) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0 || interrupted) {
        break;
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return members.containsKey(id) && !gone.contains(id);
  }

  /** The member of that id, present or past; null if none is known. */
  public @Nullable Member member(int id) {
    return members.get(id);
  }

  /** The name of a worker, for messages; if it is not known, a text that shows its id. */
  public String name(int id) {
    Member member = members.get(id);
    return member == null ? "#" + id : member.name();
  }

  /** The present members by rank; an immutable snapshot. */
  public List<Member> present() {
    return present;
  }

  /** The members that are no longer present. */
  public List<Member> past() {
    return members.values().stream().filter(each -> gone.contains(each.id())).toList();
  }

  /** Records the certificate that a worker showed when it connected. */
  void certify(int id, X509Certificate certificate) {
    certificates.put(id, certificate);
  }

  /** The certificate that a worker showed when it connected by TLS, if it did. */
  public Optional<X509Certificate> certificate(int id) {
    return Optional.ofNullable(certificates.get(id));
  }
}
