package io.farref.group.membership;

import io.farref.group.Member;
import io.farref.group.WorkerNames;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Assigns names and ranks to workers that have none. Those that a worker asked for are kept. */
final class Assignment {
  /** The order of assignment: workers with a rank, by rank; with a name, by name; the others. */
  static final Comparator<Registration> ORDER =
      Comparator.comparingInt((Registration worker) -> worker.rank().orElse(Integer.MAX_VALUE))
          .thenComparing(worker -> worker.name().isEmpty())
          .thenComparing(worker -> worker.name().orElse(""))
          .thenComparing(Registration::address)
          .thenComparing(Registration::incarnation);

  private Assignment() {}

  /**
   * Adds newcomers. Their claims must conflict neither with each other nor with those of the
   * present members.
   *
   * @return all members
   */
  static List<Member> assign(
      List<Member> present, Collection<Registration> newcomers, int firstId) {
    List<Registration> ordered = newcomers.stream().sorted(ORDER).toList();
    Set<Integer> ranks = new HashSet<>();
    Set<String> names = new HashSet<>();
    for (Member member : present) {
      ranks.add(member.rank());
      names.add(member.name());
    }
    for (Registration newcomer : ordered) {
      newcomer.rank().ifPresent(ranks::add);
      newcomer.name().ifPresent(names::add);
    }
    List<Member> members = new ArrayList<>(present);
    int id = firstId;
    for (Registration newcomer : ordered) {
      int rank = newcomer.rank().orElseGet(() -> lowestFree(ranks));
      ranks.add(rank);
      String name = newcomer.name().orElseGet(() -> freeName(rank, names));
      names.add(name);
      members.add(new Member(id, name, rank, newcomer.address(), newcomer.incarnation()));
      id++;
    }
    return members;
  }

  /** Tells whether a newcomer claims the name or the rank of a member. */
  static Optional<String> clash(Member member, Registration newcomer) {
    if (newcomer.name().equals(Optional.of(member.name()))) {
      return Optional.of(
          "two workers are called '"
              + member.name()
              + "': one at "
              + member.address()
              + ", one at "
              + newcomer.address());
    }
    if (newcomer.rank().isPresent() && newcomer.rank().getAsInt() == member.rank()) {
      return Optional.of(
          "two workers have rank " + member.rank() + ": " + member + ", " + newcomer);
    }
    return Optional.empty();
  }

  private static int lowestFree(Set<Integer> ranks) {
    int rank = 0;
    while (ranks.contains(rank)) {
      rank++;
    }
    return rank;
  }

  private static String freeName(int rank, Set<String> names) {
    String name = WorkerNames.ofRank(rank);
    for (int suffix = 2; names.contains(name); suffix++) {
      name = WorkerNames.ofRank(rank) + "." + suffix;
    }
    return name;
  }
}
