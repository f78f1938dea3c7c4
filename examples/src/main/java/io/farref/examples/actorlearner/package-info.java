/** Reinforcement learning with actors and a learner. */
@NullMarked
package io.farref.examples.actorlearner;

import org.jspecify.annotations.NullMarked;
