package io.farref;

/**
 * Implemented by a value that must be told when no worker refers to it any more, for instance to
 * close files.
 */
public interface Unreferenced {
  /**
   * Called once on the owner, on a virtual thread, after the last reference in the group (the
   * owner's own included) was released and the last call on the value has ended. Also called when
   * the owner's worker closes, for values that are still referenced. An exception is logged and has
   * no other effect.
   */
  void unreferenced();
}
