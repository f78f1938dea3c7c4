package io.farref.group;

class TcpMembershipTest extends MembershipContract {
  private final int port = Ports.free();

  @Override
  String uri() {
    return "tcp://127.0.0.1:" + port;
  }
}
