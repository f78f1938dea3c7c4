package io.farref.codec;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/** Any {@link Proxy}: travels only if it is a facade or a {@link NamedFunction}. */
final class ProxyCodec extends TypeCodec {
  static final ProxyCodec INSTANCE = new ProxyCodec();

  private ProxyCodec() {
    super(Tags.NULL, Identity.NONE);
  }

  @Override
  TypeCodec select(Object value) {
    InvocationHandler handler = Proxy.getInvocationHandler(value);
    if (handler instanceof FacadeHandler) {
      return JdkTypes.codec(Tags.FACADE);
    }
    if (handler instanceof NamedFunction) {
      return NamedFunction.CODEC;
    }
    throw Unsendable.noEncoding(
        "a proxy with a " + DisplayNames.of(handler),
        "only facades of references travel as proxies; send what it stands for");
  }

  @Override
  void write(Encoder out, Object value) {
    throw new AssertionError("selects");
  }

  @Override
  Object read(Decoder in, int id) {
    throw new AssertionError("selects");
  }
}
