package io.farref.codec;

import io.farref.EncodingException;
import io.farref.Limits;
import io.farref.RefusedException;
import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Output;
import java.util.ArrayList;
import java.util.List;

/**
 * Any bytes in place of a value are read, or refused with one of three exceptions, soon and in
 * little memory.
 */
public final class CodecFuzz {
  private static final Limits LIMITS =
      Limits.DEFAULT
          .withMaxMessageBytes(1 << 16)
          .withMaxAttachmentBytes(1 << 16)
          .withMaxAttachments(10)
          .withMaxReferences(10)
          .withMaxDepth(100)
          .withMaxElements(10_000)
          .withMaxSymbols(1_000);
  private static final List<byte[]> DEFINITIONS = new ArrayList<>();
  private static final List<byte[]> MESSAGES = new ArrayList<>();
  private static final long MOST_ALLOCATED = 64 << 20;

  static {
    InboundSymbols unused = new InboundSymbols(1 << 16);
    OutboundSymbols symbols =
        new OutboundSymbols(
            (id, bytes) -> {
              unused.define(id, bytes);
              DEFINITIONS.add(bytes);
            },
            1 << 16);
    Codec codec = Pipe.codec(Pipe.ALLOW, Limits.DEFAULT);
    for (Object value : Samples.all().values()) {
      MESSAGES.add(new Pipe(codec, codec, unused, symbols).write(value));
    }
  }

  private CodecFuzz() {}

  /**
   * The symbols of the samples are defined; then come further definitions, each after its length in
   * a byte until one of 0, and then what the first byte says: 0 a value, 1 a throwable, 2 a call
   * that the gate lets through, 3 one that it does not.
   */
  public static void fuzzerTestOneInput(byte[] bytes) {
    if (allocated(bytes) > MOST_ALLOCATED) {
      long again = allocated(bytes); // the first time loads classes, and Jazzer instruments them
      if (again > MOST_ALLOCATED) {
        throw new AssertionError(bytes.length + " bytes made it allocate " + again);
      }
    }
  }

  private static long allocated(byte[] bytes) {
    Codec codec = Pipe.codec(Pipe.ALLOW, LIMITS);
    Pipe pipe = new Pipe(codec, codec);
    DEFINITIONS.forEach(each -> pipe.inbound.define(pipe.inbound.size(), each));
    Input in = new Input(bytes);
    long before = Pipe.allocated();
    try {
      int what = in.readByte() & 3;
      for (int length = in.readUnsignedByte(); length > 0; length = in.readUnsignedByte()) {
        pipe.inbound.define(pipe.inbound.size(), in.readBytes(length));
      }
      switch (what) {
        case 0 -> pipe.to.read(in, pipe.new Message());
        case 1 -> pipe.to.readThrowable(in, pipe.new Message(), "there");
        case 2 -> pipe.to.readCall(in, pipe.new Message(), _ -> {});
        default -> readRefused(pipe, in);
      }
    } catch (MalformedException | EncodingException | RefusedException e) {
      if (e.getMessage() == null) {
        throw new AssertionError("a refusal that does not say why", e);
      }
    }
    return Pipe.allocated() - before;
  }

  private static void readRefused(Pipe pipe, Input in) {
    int[] asked = new int[1];
    NotAdmittedException no = new NotAdmittedException(new Exception("no"));
    try {
      Object call =
          pipe.to.readCall(
              in,
              pipe.new Message(),
              _ -> {
                asked[0]++;
                throw no;
              });
      throw new AssertionError("read although it was not let through: " + call);
    } catch (NotAdmittedException e) {
      if (e != no || asked[0] != 1) {
        throw new AssertionError("asked " + asked[0] + " times", e);
      }
    }
  }

  /** One value of each kind, and each definition once more. */
  public static List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    for (byte[] message : MESSAGES) {
      seeds.add(seed(0, new byte[0], message));
      seeds.add(seed(1, new byte[0], message));
    }
    for (byte[] definition : DEFINITIONS) {
      if (definition.length < 256) {
        Output out = new Output(8);
        out.writeByte(Tags.OBJECT);
        out.writeVarInt(DEFINITIONS.size());
        seeds.add(seed(0, definition, out.toByteArray()));
      }
    }
    for (byte[] message : MESSAGES) {
      if (Tags.isFunction(message[0] & 0xff)) {
        seeds.add(seed(2, new byte[0], message));
        seeds.add(seed(3, new byte[0], message));
      }
    }
    return seeds;
  }

  private static byte[] seed(int choice, byte[] definition, byte[] message) {
    Output out = new Output(64);
    out.writeByte(choice);
    if (definition.length > 0) {
      out.writeByte(definition.length);
      out.writeBytes(definition, 0, definition.length);
    }
    out.writeByte(0);
    out.writeBytes(message, 0, message.length);
    return out.toByteArray();
  }
}
