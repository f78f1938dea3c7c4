package io.farref.node;

import io.farref.wire.Welcome;

/** The result of dialing a worker that answered. */
record Reached(Way route, Welcome welcome) {}
