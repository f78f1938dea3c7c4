package io.farref.ref.lifetime;

/** The group of the scenes of the protocol: worker 0 owns; 1, 2 and 3 use. */
abstract class LifetimeScenes {
  final TestGroup group = new TestGroup(4);
  final TableById owner = group.table(0);
  final TableById user = group.table(1);
  final TableById other = group.table(2);
}
