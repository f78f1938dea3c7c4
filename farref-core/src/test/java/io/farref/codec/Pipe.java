package io.farref.codec;

import com.sun.management.ThreadMXBean;
import io.farref.Limits;
import io.farref.Peer;
import io.farref.RRef;
import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Memory;
import io.farref.bytes.Output;
import io.farref.spi.ValueCodec;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One direction of a connection between two codecs, as the call layer would make it. */
@SuppressWarnings("TypeParameterUnusedInFormals") // the caller knows the type
final class Pipe {
  static final AllowList ALLOW = new AllowList(List.of("io.farref.codec"), false);

  final Codec from;
  final Codec to;
  final InboundSymbols inbound;
  final OutboundSymbols outbound;
  final Map<Integer, Peer> peers = new HashMap<>();

  Pipe(Codec from, Codec to) {
    this.from = from;
    this.to = to;
    this.inbound = new InboundSymbols(1 << 16);
    this.outbound = new OutboundSymbols(inbound::define, 1 << 16);
  }

  Pipe(Codec from, Codec to, InboundSymbols inbound, OutboundSymbols outbound) {
    this.from = from;
    this.to = to;
    this.inbound = inbound;
    this.outbound = outbound;
  }

  static Pipe of(ValueCodec<?>... codecs) {
    Codec codec = codec(ALLOW, Limits.DEFAULT, codecs);
    return new Pipe(codec, codec);
  }

  /** How many bytes this thread has allocated. */
  static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }

  static Codec codec(AllowList allow, Limits limits, ValueCodec<?>... codecs) {
    return new Codec(allow, limits, List.of(codecs), Pipe.class.getClassLoader());
  }

  /** The parts of a message besides its bytes, on both sides. */
  final class Message implements OutboundMessage, InboundMessage {
    final List<RRef<?>> references = new ArrayList<>();
    final List<MemorySegment> attachments = new ArrayList<>();
    final List<MemorySegment> sent = new ArrayList<>();

    @Override
    public int symbol(Object key, Supplier<byte[]> definition) {
      return outbound.idOf(key, definition);
    }

    @Override
    public int reference(RRef<?> ref) {
      references.add(ref);
      return references.size() - 1;
    }

    @Override
    public int worker(Peer peer) {
      peers.put(peer.rank(), peer);
      return peer.rank();
    }

    @Override
    public int attachment(MemorySegment bytes, Memory there) {
      sent.add(bytes);
      attachments.add(there.allocate(bytes.byteSize()).copyFrom(bytes));
      return attachments.size() - 1;
    }

    @Override
    public <T> T symbol(int id, Function<byte[], T> resolver) {
      return inbound.resolve(id, resolver);
    }

    @Override
    public RRef<?> reference(int index) {
      return at(references, index);
    }

    @Override
    public Peer peer(int workerId) {
      Peer peer = peers.get(workerId);
      if (peer == null) {
        throw new MalformedException("no worker " + workerId);
      }
      return peer;
    }

    @Override
    public MemorySegment attachment(int index) {
      return at(attachments, index);
    }

    private static <T> T at(Collection<T> all, int index) {
      if (index < 0 || index >= all.size()) {
        throw new MalformedException("no index " + index);
      }
      return List.copyOf(all).get(index);
    }
  }

  byte[] write(@Nullable Object value, Message message) {
    Output out = new Output(64);
    from.write(value, out, message);
    return out.toByteArray();
  }

  byte[] write(@Nullable Object value) {
    return write(value, new Message());
  }

  @Nullable Object read(byte[] bytes) {
    return to.read(new Input(bytes), new Message());
  }

  @SuppressWarnings("unchecked")
  <T extends @Nullable Object> T copy(T value) {
    Message message = new Message();
    byte[] bytes = write(value, message);
    Input in = new Input(bytes);
    Object copy = to.read(in, message);
    if (in.remaining() != 0) {
      throw new AssertionError(in.remaining() + " bytes left of " + bytes.length);
    }
    return (T) copy;
  }

  @SuppressWarnings("unchecked")
  <T extends Throwable> T copyThrowable(Throwable value) {
    Message message = new Message();
    Output out = new Output(64);
    from.writeThrowable(value, out, message);
    Input in = new Input(out.toByteArray());
    Throwable copy = to.readThrowable(in, message, "there");
    if (in.remaining() != 0) {
      throw new AssertionError(in.remaining() + " bytes left");
    }
    return (T) copy;
  }
}
