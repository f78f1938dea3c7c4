package io.farref.ref;

import io.farref.ref.lifetime.TableById;
import io.farref.ref.lifetime.TestGroup;

/** The group of the scenes of the protocol: worker 0 owns; 1, 2 and 3 use. */
public abstract class LifetimeScenes {
  public final TestGroup group = new TestGroup(4);
  public final TableById owner = group.table(0);
  public final TableById user = group.table(1);
  public final TableById other = group.table(2);
}
