package io.farref.group.store;

/**
 * How much of the host's memory the users of a store may use, in bytes. What a key takes is counted
 * with what surrounds it, see {@link HostedData}.
 *
 * @param guaranteed what each user may keep whatever the others do
 * @param user what one user may keep
 * @param shared what all users together may keep beyond what is guaranteed
 * @param left what may stay of all users that are gone
 * @param answer the longest answer
 * @param unread what all users together may leave unread of their longer answers
 */
record StoreLimits(long guaranteed, long user, long shared, long left, long answer, long unread) {
  static final StoreLimits DEFAULT =
      new StoreLimits(8 << 10, 4 << 20, 32 << 20, 16 << 20, 1 << 20, 64 << 20);

  /** An answer of this size is given whatever others leave unread. */
  static final int SHORT_ANSWER = 16 << 10;
}
