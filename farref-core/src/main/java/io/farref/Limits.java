package io.farref;

import java.util.function.Consumer;

/**
 * The limits on what a worker accepts from other workers. All are positive. Immutable.
 *
 * <p>A message or call that exceeds a limit fails with a {@link RefusedException} that names the
 * limit, its value and the size. A worker tells others how large a message it accepts, so their
 * callers get the exception before anything is sent. The limits apply to what the worker sends,
 * too.
 *
 * @param maxMessageBytes bytes of one encoded call or reply, without its out-of-band buffers. A
 *     message of up to 64 KiB is accepted whatever the limit
 * @param maxAttachmentBytes bytes of the out-of-band buffers (large arrays, memory segments) of one
 *     message together
 * @param maxAttachments out-of-band buffers of one message
 * @param maxReferences references in one message
 * @param maxDepth levels that an object graph may nest
 * @param maxElements elements of one array, string or collection
 * @param maxSymbols types and functions that one connection may name; their definitions may have 1
 *     KiB each on average, or 1 MiB together
 * @param maxPendingCalls unanswered calls that one peer may have on this worker, at least 8; see
 *     {@link Overload}
 * @param maxPendingBytes bytes of the unanswered calls that one peer may have on this worker, with
 *     their out-of-band buffers, at least 64 KiB. One larger message is accepted when at most a
 *     quarter is in use; see {@link Overload}
 * @param maxQueuedBytes bytes that may wait on this worker to be written to one peer. The last
 *     message that still fits may exceed it
 * @param maxConnections connections that may be open to this worker at once
 * @param maxReferencesHeld values of this worker that one peer may hold
 * @param maxRecentCalls {@linkplain Peer#retrying retried} calls of one peer whose outcomes this
 *     worker remembers, until the peer no longer needs them, so that none runs twice
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
   * The defaults: 256 MiB for a message, 16 GiB for its out-of-band buffers, a million calls or 256
   * MiB unanswered for each peer, 8 MiB queued for each peer.
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

  /**
   * Checks that every limit is positive.
   *
   * @throws IllegalArgumentException if one is not; the message names it
   */
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

  /** A copy of these limits with another {@code maxMessageBytes}. */
  public Limits withMaxMessageBytes(int bytes) {
    return with(draft -> draft.maxMessageBytes = bytes);
  }

  /** A copy of these limits with another {@code maxAttachmentBytes}. */
  public Limits withMaxAttachmentBytes(long bytes) {
    return with(draft -> draft.maxAttachmentBytes = bytes);
  }

  /** A copy of these limits with another {@code maxAttachments}. */
  public Limits withMaxAttachments(int count) {
    return with(draft -> draft.maxAttachments = count);
  }

  /** A copy of these limits with another {@code maxReferences}. */
  public Limits withMaxReferences(int references) {
    return with(draft -> draft.maxReferences = references);
  }

  /** A copy of these limits with another {@code maxDepth}. */
  public Limits withMaxDepth(int depth) {
    return with(draft -> draft.maxDepth = depth);
  }

  /** A copy of these limits with another {@code maxElements}. */
  public Limits withMaxElements(int elements) {
    return with(draft -> draft.maxElements = elements);
  }

  /** A copy of these limits with another {@code maxSymbols}. */
  public Limits withMaxSymbols(int symbols) {
    return with(draft -> draft.maxSymbols = symbols);
  }

  /** A copy of these limits with another {@code maxPendingCalls}. */
  public Limits withMaxPendingCalls(int calls) {
    return with(draft -> draft.maxPendingCalls = calls);
  }

  /** A copy of these limits with another {@code maxPendingBytes}. */
  public Limits withMaxPendingBytes(long bytes) {
    return with(draft -> draft.maxPendingBytes = bytes);
  }

  /** A copy of these limits with another {@code maxQueuedBytes}. */
  public Limits withMaxQueuedBytes(long bytes) {
    return with(draft -> draft.maxQueuedBytes = bytes);
  }

  /** A copy of these limits with another {@code maxConnections}. */
  public Limits withMaxConnections(int connections) {
    return with(draft -> draft.maxConnections = connections);
  }

  /** A copy of these limits with another {@code maxReferencesHeld}. */
  public Limits withMaxReferencesHeld(int references) {
    return with(draft -> draft.maxReferencesHeld = references);
  }

  /** A copy of these limits with another {@code maxRecentCalls}. */
  public Limits withMaxRecentCalls(int calls) {
    return with(draft -> draft.maxRecentCalls = calls);
  }

  private Limits with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.limits();
  }

  /**
   * Checks a size against a limit.
   *
   * @param limit the name of the limit, as in this record
   * @param size the size that was found
   * @param max the value of the limit
   * @throws RefusedException if {@code size} is negative or over {@code max}
   */
  public static void check(String limit, long size, long max) {
    if (size < 0 || size > max) {
      throw new RefusedException(
          "limit " + limit + " is " + max + ", but got " + size,
          RpcException.Execution.NOT_EXECUTED);
    }
  }

  /** A mutable copy, so that each limit is named where it is changed. */
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
