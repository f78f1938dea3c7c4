package io.farref.call;

/**
 * Marks a function whose result, if it is a {@link java.util.concurrent.CompletionStage}, is
 * awaited without a thread in every call style: the reply carries what the stage completes with.
 */
public interface Flattening {}
