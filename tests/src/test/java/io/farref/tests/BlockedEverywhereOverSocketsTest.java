package io.farref.tests;

import io.farref.testkit.LocalGroup;

/** {@link BlockedEverywhereTest} over sockets. */
class BlockedEverywhereOverSocketsTest extends BlockedEverywhereTest {
  @Override
  LocalGroup start() {
    return LocalGroup.builder().sockets().start("a", "b");
  }
}
