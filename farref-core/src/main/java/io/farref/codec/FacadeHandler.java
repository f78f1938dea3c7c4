package io.farref.codec;

import io.farref.RRef;
import java.lang.reflect.InvocationHandler;

/**
 * The handler of a {@link java.lang.reflect.Proxy} that is a facade. Such a proxy travels as its
 * interface and its reference, and arrives as {@code reference.as(facade)}.
 */
public interface FacadeHandler extends InvocationHandler {
  /** The interface that the proxy was made for. */
  Class<?> facade();

  /** The reference that the proxy calls. */
  RRef<?> reference();
}
