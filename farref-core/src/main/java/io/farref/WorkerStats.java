package io.farref;

/**
 * What a worker did since it joined, and what it holds now.
 *
 * @param callsSent calls made from this worker, to itself too
 * @param callsServed calls run on this worker, by itself too
 * @param callsPending calls made from this worker that have not ended
 * @param callsRunning calls that this worker has received and not answered yet
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
    long bytesSent,
    long bytesReceived,
    long valuesOwned,
    long referencesHeld) {}
