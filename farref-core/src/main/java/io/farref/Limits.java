package io.farref;

/**
 * All bounds on what is accepted from others. An exceeded one ends what exceeded it with a {@link
 * RefusedException} that names the limit, its value and the offending size.
 *
 * @param maxMessageBytes the size of one encoded call or reply, buffers that travel beside it not
 *     counted
 * @param maxAttachmentBytes the sum of the buffers that travel beside one message
 * @param maxAttachments how many buffers may travel beside one message
 * @param maxReferences how many references one message may carry
 * @param maxDepth how deep an object graph may nest
 * @param maxElements how many elements an array, string or collection may have
 * @param maxSymbols how many types and functions one connection may name
 * @param maxPendingCalls how many unanswered calls one peer may have here
 * @param maxConnections how many connections may be open to this worker at once
 */
public record Limits(
    int maxMessageBytes,
    long maxAttachmentBytes,
    int maxAttachments,
    int maxReferences,
    int maxDepth,
    int maxElements,
    int maxSymbols,
    int maxPendingCalls,
    int maxConnections) {

  /** The defaults: 256 MiB a message, 16 GiB beside it, a million calls pending per peer. */
  public static final Limits DEFAULT =
      new Limits(
          256 << 20,
          16L << 30,
          1 << 16,
          1 << 20,
          100_000,
          Integer.MAX_VALUE - 16,
          1 << 16,
          1 << 20,
          1 << 14);

  /** Checks that every limit is positive. */
  public Limits {
    positive("maxMessageBytes", maxMessageBytes);
    positive("maxAttachmentBytes", maxAttachmentBytes);
    positive("maxAttachments", maxAttachments);
    positive("maxReferences", maxReferences);
    positive("maxDepth", maxDepth);
    positive("maxElements", maxElements);
    positive("maxSymbols", maxSymbols);
    positive("maxPendingCalls", maxPendingCalls);
    positive("maxConnections", maxConnections);
  }

  private static void positive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " must be positive, not " + value);
    }
  }

  /** These limits with another {@code maxMessageBytes}. */
  public Limits withMaxMessageBytes(int bytes) {
    return new Limits(
        bytes,
        maxAttachmentBytes,
        maxAttachments,
        maxReferences,
        maxDepth,
        maxElements,
        maxSymbols,
        maxPendingCalls,
        maxConnections);
  }

  /** These limits with another {@code maxDepth}. */
  public Limits withMaxDepth(int depth) {
    return new Limits(
        maxMessageBytes,
        maxAttachmentBytes,
        maxAttachments,
        maxReferences,
        depth,
        maxElements,
        maxSymbols,
        maxPendingCalls,
        maxConnections);
  }

  /** These limits with another {@code maxPendingCalls}. */
  public Limits withMaxPendingCalls(int calls) {
    return new Limits(
        maxMessageBytes,
        maxAttachmentBytes,
        maxAttachments,
        maxReferences,
        maxDepth,
        maxElements,
        maxSymbols,
        calls,
        maxConnections);
  }

  /**
   * Checks a size against a limit of this record.
   *
   * @param limit the limit's name, as it stands in this record
   * @throws RefusedException if {@code size} is negative or over {@code max}
   */
  public static void check(String limit, long size, long max) {
    if (size < 0 || size > max) {
      throw new RefusedException(
          "limit " + limit + " is " + max + ", but got " + size,
          RpcException.Execution.NOT_EXECUTED);
    }
  }
}
