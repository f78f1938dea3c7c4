package io.farref.node;

import io.farref.wire.Welcome;

/** A worker that answered. */
record Reached(Way way, Welcome welcome) {}
