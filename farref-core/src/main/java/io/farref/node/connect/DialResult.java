package io.farref.node.connect;

import io.farref.wire.Welcome;

/** The result of dialing a worker that answered. */
record DialResult(Route way, Welcome welcome) {}
