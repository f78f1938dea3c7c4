package io.farref;

/**
 * What a worker did since it joined, and what it holds now.
 *
 * @param callsSent calls made from this worker, to itself too
 * @param callsServed calls run on this worker, by itself too
 * @param callsPending calls made from this worker that have not ended
 * @param callsRunning calls that this worker has received and not answered yet
 * @param callsUnanswered calls from this worker that still take room at the other workers: also
 *     those for which nobody waits any more, and creations until the other side says that they are
 *     done
 * @param bytesUnanswered the bytes of those calls, as {@link Limits#maxPendingBytes} counts them
 * @param bytesQueued bytes that wait to be written to other workers
 * @param callsDelayed how often a call had to wait for room, see {@link Overload#WAIT}
 * @param callsRefused calls of this worker that were refused because there was no room, see {@link
 *     Overload#REFUSE}, and calls of others that this worker refused for that reason
 * @param bytesSent bytes written to other workers
 * @param bytesReceived bytes read from other workers
 * @param valuesOwned values that live here
 * @param referencesHeld values of other workers that this worker holds
 */
public record WorkerStats(
    long callsSent,
    long callsServed,
    long callsPending,
    long callsRunning,
    long callsUnanswered,
    long bytesUnanswered,
    long bytesQueued,
    long callsDelayed,
    long callsRefused,
    long bytesSent,
    long bytesReceived,
    long valuesOwned,
    long referencesHeld) {}
