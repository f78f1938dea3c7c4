package io.farref.ref.lifetime;

/** A group for tests of the protocol: worker 0 owns values; 1, 2 and 3 use them. */
abstract class LifetimeScenes {
  final TestGroup group = new TestGroup(4);
  final TableById owner = group.table(0);
  final TableById user = group.table(1);
  final TableById other = group.table(2);
}
