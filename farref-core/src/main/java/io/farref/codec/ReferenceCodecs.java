package io.farref.codec;

import io.farref.Peer;
import io.farref.RRef;
import io.farref.bytes.MalformedException;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/** References, peers and facades: the message has a table of the references beside its bytes. */
final class ReferenceCodecs {
  private static final TypeCodec RREF =
      new LeafCodec<RRef<?>>(
          Tags.RREF,
          TypeCodec.Identity.NONE,
          (out, ref) -> out.out.writeVarInt(out.message.reference(ref)),
          in -> in.message.reference(in.in.readVarInt()));
  private static final TypeCodec PEER =
      new LeafCodec<Peer>(
          Tags.PEER,
          TypeCodec.Identity.NONE,
          (out, peer) -> out.out.writeVarInt(out.message.worker(peer)),
          in -> in.message.peer(in.in.readVarInt()));

  private ReferenceCodecs() {}

  static void register(CodecRegistry r) {
    r.add(RREF, RRef.class);
    r.add(PEER, Peer.class);
    r.add(new FacadeCodec());
  }

  /** The codec of a class of references, peers or proxies; else null. */
  static @Nullable TypeCodec find(Class<?> type) {
    if (RRef.class.isAssignableFrom(type)) {
      return RREF;
    }
    if (Peer.class.isAssignableFrom(type)) {
      return PEER;
    }
    return null;
  }

  private static final class FacadeCodec extends TypeCodec {
    FacadeCodec() {
      super(Tags.FACADE, Identity.EARLY);
    }

    @Override
    void write(Encoder out, Object value) {
      FacadeHandler handler = (FacadeHandler) Proxy.getInvocationHandler(value);
      out.writeClass(handler.facade());
      out.out.writeVarInt(out.message.reference(handler.reference()));
    }

    @Override
    Object read(Decoder in, int id) {
      Class<?> facade = in.readClass();
      if (!facade.isInterface()) {
        throw new MalformedException(facade.getName() + " is not an interface");
      }
      if (in.takeFunction()) {
        in.admitFunction(facade);
      }
      return in.message.reference(in.in.readVarInt()).as(facade);
    }
  }
}
