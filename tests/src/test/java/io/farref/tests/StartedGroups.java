package io.farref.tests;

import io.farref.Peer;
import io.farref.Worker;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** Groups that a test starts, closed when it ends. */
@ExtendWith(NoLeaks.class)
abstract class StartedGroups {
  private final List<LocalGroup> groups = new ArrayList<>();

  @AfterEach
  void leave() {
    groups.forEach(LocalGroup::closeNow);
  }

  final LocalGroup start(LocalGroup.Builder builder) {
    return start(builder, "a", "b");
  }

  final LocalGroup start(LocalGroup.Builder builder, String... names) {
    LocalGroup group = builder.start(names);
    groups.add(group);
    return group;
  }

  /** A group whose workers are configured each in its own way, by rank. */
  final LocalGroup start(BiConsumer<Integer, Worker.Builder> configure) {
    AtomicInteger rank = new AtomicInteger();
    return start(
        LocalGroup.builder().configure(worker -> configure.accept(rank.getAndIncrement(), worker)));
  }

  static Peer toB(LocalGroup group) {
    return group.worker("a").peer("b");
  }
}
