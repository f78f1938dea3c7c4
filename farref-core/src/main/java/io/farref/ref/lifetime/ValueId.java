package io.farref.ref.lifetime;

/**
 * The identity of a value in the group, never used again. The creator chooses it, so that a
 * reference can be used before its owner knows of the value.
 *
 * @param owner the id of the worker on which the value lives
 * @param creator the id of the worker that asked for it
 * @param number dense from 0 for each creator and owner
 */
public record ValueId(int owner, int creator, long number) {
  /** Checks that no part is negative. */
  public ValueId {
    if (owner < 0 || creator < 0 || number < 0) {
      throw new IllegalArgumentException(
          "no part of a value's id may be negative: " + text(owner, creator, number));
    }
  }

  /** Spreads ids that differ in their numbers only, as most do, over all bits. */
  @Override
  public int hashCode() {
    return hash(owner, creator, number);
  }

  static int hash(int owner, int creator, long number) {
    long mixed = (number ^ ((long) owner << 32 | creator) * 0xD6E8FEB86659FD93L);
    mixed *= 0x9E3779B97F4A7C15L; // the golden ratio: neighbours end up far apart
    return (int) (mixed ^ mixed >>> 32);
  }

  /** The id as it stands in logs: {@code owner/creator.number}. */
  @Override
  public String toString() {
    return text(owner, creator, number);
  }

  private static String text(int owner, int creator, long number) {
    return owner + "/" + creator + "." + number;
  }
}
