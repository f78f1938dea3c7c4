package io.farref.group;

/**
 * A worker of the group.
 *
 * @param id unique for the group's life and never used again, even if the same program joins again
 * @param name unique among the present members
 * @param rank from 0, unique among the present members
 * @param address where it listens, as its transport writes addresses
 * @param incarnation unique in the world: tells one run of a program from the next
 */
public record Member(int id, String name, int rank, String address, String incarnation) {
  @Override
  public String toString() {
    return name + " (rank " + rank + ", " + address + ")";
  }
}
