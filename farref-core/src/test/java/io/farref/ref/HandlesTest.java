package io.farref.ref;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.ref.lifetime.LifetimeTable;
import io.farref.ref.lifetime.Listening;
import io.farref.ref.lifetime.RefEntry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Handles and their places, apart from the garbage collector. */
class HandlesTest {
  private final LifetimeTable table = new LifetimeTable(0, new Listening(_ -> {}), 1, Object::new);
  private final List<RefEntry> released = new ArrayList<>();
  private final Handles handles = new Handles(handle -> released.add(handle.entry()));
  private final List<Handle> open = new ArrayList<>();

  @SuppressWarnings("NullAway") // handles without reference objects, which are not used
  private void open(int count) {
    for (int i = 0; i < count; i++) {
      open.add(handles.open(null, null, table.open(1)));
    }
  }

  @Test
  void eachHandleIsGivenBackOnceInAnyOrder() {
    open(5_000);
    assertThat(handles.count()).isEqualTo(5_000);
    Collections.shuffle(open, new Random(3));
    List<RefEntry> expected = new ArrayList<>();
    for (Handle handle : open) {
      assertThat(handle.isClosed()).isFalse();
      handles.release(handle);
      handles.release(handle);
      assertThat(handle.isClosed()).isTrue();
      expected.add(handle.entry());
    }

    assertThat(released).isEqualTo(expected);
    assertThat(handles.count()).isZero();
  }

  @Test
  void allRemainingHandlesAreGivenBackAtOnce() {
    open(100);
    open.subList(0, 40).forEach(handles::release);
    handles.releaseAll();

    assertThat(released).hasSize(100).doesNotHaveDuplicates();
    assertThat(open).allMatch(Handle::isClosed);
    assertThat(handles.count()).isZero();
  }

  @Test
  void aHandleCountsUntilTheTableHasItBack() {
    List<Integer> counts = new ArrayList<>();
    Handles[] all = new Handles[1];
    all[0] = new Handles(entry -> counts.add(all[0].count()));
    handlesOf(all[0], 1).forEach(all[0]::release);

    assertThat(counts).as("while it is given back").containsExactly(1);
    assertThat(all[0].count()).isZero();
  }

  @SuppressWarnings("NullAway") // handles without reference objects, which are not used
  private List<Handle> handlesOf(Handles handles, int count) {
    List<Handle> made = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      made.add(handles.open(null, null, table.open(1)));
    }
    return made;
  }
}
