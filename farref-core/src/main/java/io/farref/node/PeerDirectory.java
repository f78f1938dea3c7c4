package io.farref.node;

import io.farref.EncodingException;
import io.farref.Peer;
import io.farref.RpcException.Execution;
import io.farref.UnknownPeerException;
import io.farref.call.PeerLookup;
import io.farref.exec.ReadLease;
import io.farref.group.Member;
import io.farref.node.connect.Members;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;

/** The directory of the {@link Peer}s that stand for members. Thread-safe. */
final class PeerDirectory implements PeerLookup {
  private final Members members;
  private final long newcomerMillis;
  private final Function<Member, GroupPeer> newPeer;
  private final Map<Integer, GroupPeer> peers = new ConcurrentHashMap<>();

  /**
   * @param newcomerMillis how long to wait until a worker that is not known has joined
   */
  PeerDirectory(Members members, long newcomerMillis, Function<Member, GroupPeer> newPeer) {
    this.members = members;
    this.newcomerMillis = newcomerMillis;
    this.newPeer = newPeer;
  }

  /** The present peers by rank. */
  List<Peer> peers() {
    return members.present().stream().<Peer>map(this::peer).toList();
  }

  Peer peer(String name) {
    return present(each -> each.name().equals(name), "named '" + name + "'");
  }

  Peer peerOfRank(int rank) {
    return present(each -> each.rank() == rank, "of rank " + rank);
  }

  private Peer present(Predicate<Member> which, String description) {
    List<Member> present = members.present();
    return present.stream()
        .filter(which)
        .findFirst()
        .map(this::peer)
        .orElseThrow(() -> unknown(description, present));
  }

  private static UnknownPeerException unknown(String which, List<Member> present) {
    return new UnknownPeerException(
        "the group has no worker "
            + which
            + "; it has "
            + present.stream().map(each -> each.name() + " (rank " + each.rank() + ")").toList(),
        Execution.NOT_EXECUTED);
  }

  @Override
  public String name(int worker) {
    return members.name(worker);
  }

  @Override
  public Optional<X509Certificate> certificate(int worker) {
    return members.certificate(worker);
  }

  /**
   * The peer of that id. Waits a while if none is known: a peer or a reference may arrive before
   * this worker learns that the worker it names has joined.
   */
  @Override
  public GroupPeer peer(int worker) {
    GroupPeer known = peers.get(worker);
    if (known != null) {
      return known;
    }
    Member member = members.member(worker);
    if (member == null && newcomerMillis > 0) {
      ReadLease.yieldCurrent();
      members.awaitMember(worker, newcomerMillis);
      member = members.member(worker);
    }
    if (member == null) {
      throw unknown("of id " + worker, members.present());
    }
    return peer(member);
  }

  private GroupPeer peer(Member member) {
    return peers.computeIfAbsent(member.id(), _ -> newPeer.apply(member));
  }

  @Override
  public int id(Peer peer) {
    if (peer instanceof GroupPeer mine) {
      Member member = members.member(mine.id());
      if (member != null && peer(member).equals(mine)) {
        return mine.id();
      }
    }
    throw new EncodingException(
        "a peer of another group, or not Farref's own: " + peer, Execution.NOT_EXECUTED);
  }
}
