package io.farref.group.membership;

import io.farref.group.Ports;

class TcpMembershipTest extends MembershipContract {
  private final int port = Ports.free();

  @Override
  String uri() {
    return "tcp://127.0.0.1:" + port;
  }
}
