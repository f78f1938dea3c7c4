package io.farref.node.connect;

import io.farref.group.Member;
import java.security.cert.X509Certificate;
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
 */
public final class Members {
  private final Map<Integer, Member> members = new ConcurrentHashMap<>();
  private final Map<Integer, X509Certificate> certificates = new ConcurrentHashMap<>();
  private final Set<Integer> gone = ConcurrentHashMap.newKeySet();

  /** Adds a member. */
  public synchronized void add(Member member) {
    members.put(member.id(), member);
    notifyAll();
  }

  /**
   * Sets the present members.
   *
   * @return the ids of those that were present and are no longer; {@link #remove} removes them
   */
  public synchronized List<Integer> update(Collection<Member> present) {
    present.forEach(this::add);
    return members.keySet().stream()
        .filter(id -> !gone.contains(id))
        .filter(id -> present.stream().noneMatch(each -> each.id() == id))
        .toList();
  }

  /** Marks a member as lost or gone; returns false if it was marked before. */
  public synchronized boolean remove(int id) {
    boolean first = gone.add(id);
    notifyAll();
    return first;
  }

  /** Whether that member is lost or has left. */
  public boolean isGone(int id) {
    return gone.contains(id);
  }

  /**
   * Whether a worker of that id is a present member. Waits a while until the id is known: other
   * workers may learn of a new member before this worker does.
   */
  synchronized boolean awaitMember(int id, long timeoutMillis) {
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

  /** The present members by rank. */
  public List<Member> present() {
    return members.values().stream()
        .filter(each -> !gone.contains(each.id()))
        .sorted(Comparator.comparingInt(Member::rank))
        .toList();
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
