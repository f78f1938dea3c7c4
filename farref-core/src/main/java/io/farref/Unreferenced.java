package io.farref;

/**
 * An owned value that wants to know when the group has let go of it, to close what it holds.
 *
 * <p>{@link #unreferenced()} is called exactly once, on a virtual thread of the owner, after the
 * last reference in the group (the owner's own included) was released and no call on the value is
 * running; never while anything still holds it. It is also called for what is still owned when the
 * owner's worker closes. What it throws is logged and goes nowhere else.
 */
public interface Unreferenced {
  /** Nothing refers to this value any more. */
  void unreferenced();
}
