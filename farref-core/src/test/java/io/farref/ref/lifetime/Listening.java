package io.farref.ref.lifetime;

import java.util.function.Consumer;

/** Takes the messages that a table sends, and nothing else. */
public record Listening(Consumer<ControlMessage> sent) implements LifetimeTable.Listener {
  @Override
  public void send(int worker, ControlMessage message) {
    sent.accept(message);
  }

  @Override
  public void free(OwnerEntry entry) {}

  @Override
  public void lost(RefEntry entry, LossReason reason) {}

  @Override
  public void origin(OwnerEntry entry, StackTraceElement site) {}
}
