package io.farref.group.membership;

import java.util.UUID;

class MemMembershipTest extends MembershipContract {
  private final String name = UUID.randomUUID().toString();

  @Override
  String uri() {
    return "mem://" + name;
  }
}
