/**
 * Multiplexing of many calls over one link: frames are queued, coalesced into batches, cut into
 * chunks and read back, and flow control bounds how much one side may send to the other.
 *
 * <p>Nothing here knows what a call is. {@link io.farref.mux.FrameQueue} is the sending half,
 * {@link io.farref.mux.FrameReader} the receiving half.
 */
@NullMarked
package io.farref.mux;

import org.jspecify.annotations.NullMarked;
