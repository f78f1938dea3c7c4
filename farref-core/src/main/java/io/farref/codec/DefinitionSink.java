package io.farref.codec;

/** Takes the definitions of new symbols, which travel ahead of every message that uses them. */
@FunctionalInterface
public interface DefinitionSink {
  /**
   * Queues a definition for the other side. Called in the order of ids, one call at a time, before
   * any other thread can see the id. If it throws, the id stays unused.
   */
  void define(int id, byte[] definition);
}
