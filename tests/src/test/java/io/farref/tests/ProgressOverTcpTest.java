package io.farref.tests;

import io.farref.testkit.LocalGroup;
import io.farref.transport.TcpTransport;

/** {@link ProgressTest} over sockets. */
class ProgressOverTcpTest extends ProgressTest {
  @Override
  LocalGroup start() {
    return LocalGroup.builder().transport(new TcpTransport()).start("a", "b");
  }
}
