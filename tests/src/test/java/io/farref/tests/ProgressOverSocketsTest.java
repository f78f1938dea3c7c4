package io.farref.tests;

import io.farref.testkit.LocalGroup;

/** {@link ProgressTest} over sockets. */
class ProgressOverSocketsTest extends ProgressTest {
  @Override
  LocalGroup start() {
    return LocalGroup.builder().sockets().start("a", "b");
  }
}
