package io.farref.group.membership;

import io.farref.group.store.NastyStore;
import io.farref.spi.Store;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

class NastyMembershipTest extends MembershipContract {
  private final String name = UUID.randomUUID().toString();
  private final AtomicLong seeds = new AtomicLong();

  @Override
  String uri() {
    return "mem://" + name;
  }

  @Override
  Store wrap(Store store) {
    return new NastyStore(store, seeds.incrementAndGet());
  }
}
