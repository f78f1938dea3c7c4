package io.farref.node;

import io.farref.RemoteRunnable;

/**
 * The library's own call that does nothing: when it is answered, all that was sent before it has
 * arrived.
 */
record Echo() implements RemoteRunnable<RuntimeException> {
  @Override
  public void run() {}
}
