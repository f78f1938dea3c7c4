package io.farref;

import java.util.function.Consumer;

/**
 * All bounds on what is accepted from others. An exceeded one ends what exceeded it with a {@link
 * RefusedException} that names the limit, its value and the offending size. How large a message a
 * worker takes it tells others, so it is their callers who get that; it applies to what the worker
 * sends, too.
 *
 * @param maxMessageBytes the size of one encoded call or reply, buffers that travel beside it not
 *     counted. What comes with up to 64 KiB is taken whatever the limit
 * @param maxAttachmentBytes the sum of the buffers that travel beside one message
 * @param maxAttachments how many buffers may travel beside one message
 * @param maxReferences how many references one message may carry
 * @param maxDepth how deep an object graph may nest
 * @param maxElements how many elements an array, string or collection may have
 * @param maxSymbols how many types and functions one connection may name
 * @param maxPendingCalls how many unanswered calls one peer may have here, at least 8; see {@link
 *     Overload}
 * @param maxPendingBytes how many bytes the unanswered calls of one peer may have here, buffers
 *     that travel beside them counted, at least 64 KiB. One message with more comes when at most a
 *     quarter is in use; see {@link Overload}
 * @param maxQueuedBytes how many bytes may wait here to be written to one peer; of a message for
 *     which there is still room all may wait
 * @param maxConnections how many connections may be open to this worker at once
 * @param maxReferencesHeld how many values of this worker one peer may hold
 * @param maxRecentCalls of how many calls of one peer that {@linkplain Peer#retrying run once} the
 *     outcomes are remembered until the peer no longer asks for them
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
    long maxPendingBytes,
    long maxQueuedBytes,
    int maxConnections,
    int maxReferencesHeld,
    int maxRecentCalls) {

  /**
   * The defaults: 256 MiB a message, 16 GiB beside it, a million calls or 256 MiB pending per peer,
   * 8 MiB queued per peer.
   */
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
          256L << 20,
          8L << 20,
          1 << 14,
          1 << 24,
          1 << 12);

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
    positive("maxPendingBytes", maxPendingBytes);
    positive("maxQueuedBytes", maxQueuedBytes);
    positive("maxConnections", maxConnections);
    positive("maxReferencesHeld", maxReferencesHeld);
    positive("maxRecentCalls", maxRecentCalls);
  }

  private static void positive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " must be positive, not " + value);
    }
  }

  /** These limits with another {@code maxMessageBytes}. */
  public Limits withMaxMessageBytes(int bytes) {
    return with(draft -> draft.maxMessageBytes = bytes);
  }

  /** These limits with another {@code maxAttachmentBytes}. */
  public Limits withMaxAttachmentBytes(long bytes) {
    return with(draft -> draft.maxAttachmentBytes = bytes);
  }

  /** These limits with another {@code maxAttachments}. */
  public Limits withMaxAttachments(int count) {
    return with(draft -> draft.maxAttachments = count);
  }

  /** These limits with another {@code maxReferences}. */
  public Limits withMaxReferences(int references) {
    return with(draft -> draft.maxReferences = references);
  }

  /** These limits with another {@code maxDepth}. */
  public Limits withMaxDepth(int depth) {
    return with(draft -> draft.maxDepth = depth);
  }

  /** These limits with another {@code maxElements}. */
  public Limits withMaxElements(int elements) {
    return with(draft -> draft.maxElements = elements);
  }

  /** These limits with another {@code maxSymbols}. */
  public Limits withMaxSymbols(int symbols) {
    return with(draft -> draft.maxSymbols = symbols);
  }

  /** These limits with another {@code maxPendingCalls}. */
  public Limits withMaxPendingCalls(int calls) {
    return with(draft -> draft.maxPendingCalls = calls);
  }

  /** These limits with another {@code maxPendingBytes}. */
  public Limits withMaxPendingBytes(long bytes) {
    return with(draft -> draft.maxPendingBytes = bytes);
  }

  /** These limits with another {@code maxQueuedBytes}. */
  public Limits withMaxQueuedBytes(long bytes) {
    return with(draft -> draft.maxQueuedBytes = bytes);
  }

  /** These limits with another {@code maxConnections}. */
  public Limits withMaxConnections(int connections) {
    return with(draft -> draft.maxConnections = connections);
  }

  /** These limits with another {@code maxReferencesHeld}. */
  public Limits withMaxReferencesHeld(int references) {
    return with(draft -> draft.maxReferencesHeld = references);
  }

  /** These limits with another {@code maxRecentCalls}. */
  public Limits withMaxRecentCalls(int calls) {
    return with(draft -> draft.maxRecentCalls = calls);
  }

  private Limits with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.limits();
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

  /** Limits under change, so that each is named where it is changed. */
  private static final class Draft {
    int maxMessageBytes;
    long maxAttachmentBytes;
    int maxAttachments;
    int maxReferences;
    int maxDepth;
    int maxElements;
    int maxSymbols;
    int maxPendingCalls;
    long maxPendingBytes;
    long maxQueuedBytes;
    int maxConnections;
    int maxReferencesHeld;
    int maxRecentCalls;

    Draft(Limits from) {
      maxMessageBytes = from.maxMessageBytes;
      maxAttachmentBytes = from.maxAttachmentBytes;
      maxAttachments = from.maxAttachments;
      maxReferences = from.maxReferences;
      maxDepth = from.maxDepth;
      maxElements = from.maxElements;
      maxSymbols = from.maxSymbols;
      maxPendingCalls = from.maxPendingCalls;
      maxPendingBytes = from.maxPendingBytes;
      maxQueuedBytes = from.maxQueuedBytes;
      maxConnections = from.maxConnections;
      maxReferencesHeld = from.maxReferencesHeld;
      maxRecentCalls = from.maxRecentCalls;
    }

    Limits limits() {
      return new Limits(
          maxMessageBytes,
          maxAttachmentBytes,
          maxAttachments,
          maxReferences,
          maxDepth,
          maxElements,
          maxSymbols,
          maxPendingCalls,
          maxPendingBytes,
          maxQueuedBytes,
          maxConnections,
          maxReferencesHeld,
          maxRecentCalls);
    }
  }
}
