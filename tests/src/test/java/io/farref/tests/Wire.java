package io.farref.tests;

import io.farref.testkit.LocalGroup;
import java.util.function.UnaryOperator;

/** The transports over which the workers of a test are connected. */
enum Wire {
  IN_PROCESS(group -> group),
  SOCKETS(LocalGroup.Builder::sockets);

  private final UnaryOperator<LocalGroup.Builder> choice;

  Wire(UnaryOperator<LocalGroup.Builder> choice) {
    this.choice = choice;
  }

  LocalGroup.Builder group() {
    return choice.apply(LocalGroup.builder());
  }
}
