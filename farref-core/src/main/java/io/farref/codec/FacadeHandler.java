package io.farref.codec;

import io.farref.RRef;
import java.lang.reflect.InvocationHandler;

/** What stands behind a facade; a facade travels as these two and arrives as a facade. */
public interface FacadeHandler extends InvocationHandler {
  /** The interface. */
  Class<?> facade();

  /** The reference that the interface stands in front of. */
  RRef<?> reference();
}
