package io.farref.node;

import io.farref.EncodingException;
import io.farref.Peer;
import io.farref.RpcException.Execution;
import io.farref.UnknownPeerException;
import io.farref.call.Directory;
import io.farref.group.Member;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The members of the group, present and past. Past ones stay known by id, so that references to
 * what they owned can still say whose they were. Thread-safe.
 */
final class PeerDirectory implements Directory {
  private final Map<Integer, GroupPeer> known = new ConcurrentHashMap<>();
  private final Map<Integer, Member> members = new ConcurrentHashMap<>();
  private final Map<Integer, X509Certificate> certificates = new ConcurrentHashMap<>();
  private final Set<Integer> gone = ConcurrentHashMap.newKeySet();
  private final Function<Member, GroupPeer> newPeer;

  PeerDirectory(Function<Member, GroupPeer> newPeer) {
    this.newPeer = newPeer;
  }

  /** That one is a member. */
  synchronized void add(Member member) {
    members.put(member.id(), member);
    known.computeIfAbsent(member.id(), _ -> newPeer.apply(member));
    notifyAll();
  }

  /** The group now consists of these; returns the ids of those that are no longer among them. */
  synchronized List<Integer> update(Collection<Member> present) {
    present.forEach(this::add);
    List<Integer> left =
        members.keySet().stream()
            .filter(id -> !gone.contains(id))
            .filter(id -> present.stream().noneMatch(each -> each.id() == id))
            .toList();
    notifyAll();
    return left;
  }

  /** A member is lost or has left; returns false if that was known. */
  synchronized boolean remove(int id) {
    boolean first = gone.add(id);
    notifyAll();
    return first;
  }

  boolean isGone(int id) {
    return gone.contains(id);
  }

  /** Whether a worker of that id is a member, waiting a while for the news of it. */
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

  @Nullable Member member(int id) {
    return members.get(id);
  }

  /** The present members by rank. */
  List<Member> present() {
    return members.values().stream()
        .filter(each -> !gone.contains(each.id()))
        .sorted(Comparator.comparingInt(Member::rank))
        .toList();
  }

  /** The members that are no longer present. */
  List<Member> past() {
    return members.values().stream().filter(each -> gone.contains(each.id())).toList();
  }

  /** The present peers by rank. */
  List<Peer> peers() {
    return present().stream().<Peer>map(each -> peer(each.id())).toList();
  }

  Peer peer(String name) {
    return present().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .map(each -> peer(each.id()))
        .orElseThrow(() -> unknown("named '" + name + "'"));
  }

  Peer peerOfRank(int rank) {
    return present().stream()
        .filter(each -> each.rank() == rank)
        .findFirst()
        .map(each -> peer(each.id()))
        .orElseThrow(() -> unknown("of rank " + rank));
  }

  private UnknownPeerException unknown(String which) {
    return new UnknownPeerException(
        "the group has no worker "
            + which
            + "; it has "
            + present().stream().map(each -> each.name() + " (rank " + each.rank() + ")").toList(),
        Execution.NOT_EXECUTED);
  }

  @Override
  public String name(int worker) {
    Member member = members.get(worker);
    return member == null ? "#" + worker : member.name();
  }

  /** That worker has shown this. */
  void certify(int worker, X509Certificate certificate) {
    certificates.put(worker, certificate);
  }

  @Override
  public Optional<X509Certificate> certificate(int worker) {
    return Optional.ofNullable(certificates.get(worker));
  }

  @Override
  public GroupPeer peer(int worker) {
    GroupPeer peer = known.get(worker);
    if (peer == null) {
      throw unknown("of id " + worker);
    }
    return peer;
  }

  @Override
  public int id(Peer peer) {
    if (peer instanceof GroupPeer mine && known.get(mine.id()) instanceof GroupPeer same) {
      if (same.equals(mine)) {
        return mine.id();
      }
    }
    throw new EncodingException(
        "a peer of another group, or not Farref's own: " + peer, Execution.NOT_EXECUTED);
  }
}
