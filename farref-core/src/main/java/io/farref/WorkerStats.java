package io.farref;

/**
 * Counters of a worker since it joined, and what it holds now; a snapshot.
 *
 * @param callsSent calls made by this worker, to itself too
 * @param callsServed calls run on this worker, its own included
 * @param callsPending calls made by this worker that have not ended
 * @param callsRunning calls that this worker has received and not answered yet
 * @param callsUnanswered calls of this worker that still count against the limits of the callees:
 *     also those for which no thread waits any more, and creations that are not confirmed yet
 * @param bytesUnanswered the bytes of those calls, as {@link Limits#maxPendingBytes} counts them
 * @param bytesQueued bytes that wait to be written to other workers
 * @param callsDelayed how often a call had to wait for capacity; see {@link Overload#WAIT}
 * @param callsRefused calls of this worker that were refused for overload (see {@link
 *     Overload#REFUSE}), and calls of others that this worker refused for overload
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
