/**
 * The lifetime of values: their owner, their holders, and the moment when a value may die.
 *
 * <p>The protocol is a pure state machine: calls and messages go in, messages and two kinds of
 * notice come out of {@link io.farref.ref.LifetimeTable}. It knows no socket, clock or thread. What
 * it promises:
 *
 * <ul>
 *   <li><b>G1</b> the owner learns of every release.
 *   <li><b>G2</b> a worker that passes a reference on keeps it until the owner knows the receiver,
 *       or the receiver no longer needs it, or is the owner.
 *   <li><b>G3</b> a holder that dies is forgotten, and what only it held is freed.
 *   <li><b>G4</b> an owner that dies turns every reference to its values into a lost one, at once.
 *   <li><b>G5</b> control messages that come late, repeated or reordered lead to the same result; a
 *       late duplicate never revives anything.
 *   <li><b>G6</b> only a worker that was given a reference can hold the value, call it or keep
 *       other workers from it.
 * </ul>
 */
@NullMarked
package io.farref.ref;

import org.jspecify.annotations.NullMarked;
