package io.farref.group.membership;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Finds workers that cannot be in one group. */
final class JoinConflicts {
  /**
   * Workers that contradict each other.
   *
   * @param parties the workers, two at least
   * @param complaint a sentence for their users
   */
  record Conflict(List<Registration> parties, String complaint) {}

  private JoinConflicts() {}

  /** The first name, or else the first rank, that several workers claim. */
  static Optional<Conflict> amongClaims(Collection<Registration> workers) {
    Map<String, List<Registration>> byName = new TreeMap<>();
    Map<Integer, List<Registration>> byRank = new TreeMap<>();
    for (Registration worker : workers) {
      worker
          .name()
          .ifPresent(name -> byName.computeIfAbsent(name, n -> new ArrayList<>()).add(worker));
      worker
          .rank()
          .ifPresent(rank -> byRank.computeIfAbsent(rank, r -> new ArrayList<>()).add(worker));
    }
    for (var claim : byName.entrySet()) {
      if (claim.getValue().size() > 1) {
        return Optional.of(sameName(claim.getKey(), claim.getValue()));
      }
    }
    for (var claim : byRank.entrySet()) {
      if (claim.getValue().size() > 1) {
        return Optional.of(sameRank(claim.getKey(), claim.getValue()));
      }
    }
    return Optional.empty();
  }

  /** Whether the workers wait for worlds of different sizes. */
  static Optional<Conflict> amongWorldSizes(Collection<Registration> workers) {
    if (workers.stream().map(Registration::worldSize).distinct().count() < 2) {
      return Optional.empty();
    }
    return Optional.of(
        new Conflict(
            List.copyOf(workers),
            "the workers do not agree on the size of the world: "
                + workers.stream()
                    .map(
                        worker ->
                            worker
                                + (worker.isOpen()
                                    ? " names none"
                                    : " says " + worker.worldSize().getAsInt()))
                    .collect(Collectors.joining(", "))));
  }

  private static Conflict sameName(String name, List<Registration> parties) {
    return new Conflict(
        parties, count(parties) + " workers are called '" + name + "': " + places(parties));
  }

  private static Conflict sameRank(int rank, List<Registration> parties) {
    String all = parties.stream().map(Registration::toString).collect(Collectors.joining(", "));
    return new Conflict(parties, count(parties) + " workers have rank " + rank + ": " + all);
  }

  private static String count(List<Registration> parties) {
    return parties.size() == 2 ? "two" : Integer.toString(parties.size());
  }

  private static String places(List<Registration> parties) {
    return parties.stream()
        .map(party -> "one at " + party.address())
        .collect(Collectors.joining(", "));
  }
}
