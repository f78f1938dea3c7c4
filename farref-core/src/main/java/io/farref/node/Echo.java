package io.farref.node;

import io.farref.RemoteRunnable;
import io.farref.call.Housekeeping;

/**
 * The library's own call that does nothing: when it is answered, all that was sent before it has
 * arrived.
 */
record Echo() implements RemoteRunnable<RuntimeException>, Housekeeping {
  @Override
  public void run() {}
}
