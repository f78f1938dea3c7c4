package io.farref.ref;

import io.farref.RRef;
import io.farref.call.ReferenceLayer.Arrival;
import io.farref.ref.lifetime.RefEntry;

/** A reference from a message: it holds one handle of the table, until user code adopts it. */
final class ArrivedReference implements Arrival {
  private final References references;
  private final RefEntry entry;
  private boolean open = true;

  ArrivedReference(References references, RefEntry entry) {
    this.references = references;
    this.entry = entry;
  }

  @Override
  public RRef<?> rref() {
    open = false;
    return new RemoteReference<>(references, entry);
  }

  @Override
  public void settle() {
    if (open) {
      open = false;
      references.table().release(entry);
    }
  }
}
