package io.farref.ref;

import java.util.function.Consumer;

/** Takes the messages that a table sends, and nothing else. */
record Listening(Consumer<Control> sent) implements LifetimeTable.Listener {
  @Override
  public void send(int worker, Control message) {
    sent.accept(message);
  }

  @Override
  public void free(OwnerEntry entry) {}

  @Override
  public void lost(Entry entry, Loss reason) {}

  @Override
  public void origin(OwnerEntry entry, StackTraceElement site) {}
}
