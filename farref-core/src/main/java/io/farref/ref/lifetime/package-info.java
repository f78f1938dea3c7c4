/**
 * The lifetime of values: which worker owns a value, which workers hold it, when it may die.
 *
 * <p>The protocol is a pure state machine: local actions and messages go in, messages and two kinds
 * of notice come out of {@link io.farref.ref.lifetime.LifetimeTable}. It knows no socket, clock or
 * thread; a test checks that this package uses nothing that could. It promises:
 *
 * <ul>
 *   <li><b>G1</b> the owner learns of every release.
 *   <li><b>G2</b> a worker that passes a reference on keeps it until the owner knows the receiver,
 *       or the receiver or the value is lost, or the receiver is the owner.
 *   <li><b>G3</b> a holder that dies is forgotten, and the values that only it held are freed.
 *   <li><b>G4</b> an owner that dies turns every reference to its values into a lost one, at once.
 *   <li><b>G5</b> control messages that come late, repeated or reordered lead to the same result; a
 *       late duplicate never revives anything.
 *   <li><b>G6</b> only a worker that was given a reference can hold the value, call it or keep
 *       others from it.
 * </ul>
 */
@NullMarked
package io.farref.ref.lifetime;

import org.jspecify.annotations.NullMarked;
