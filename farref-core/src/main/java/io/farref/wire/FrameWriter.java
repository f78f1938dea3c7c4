package io.farref.wire;

import io.farref.bytes.Output;

/** Writes the header of a frame around a payload. */
public final class FrameWriter {
  private FrameWriter() {}

  /** Begins a frame; returns its position, for {@link #end}. */
  public static int begin(Output out, byte kind) {
    int at = out.skip(Frame.KIND_OFFSET);
    out.writeByte(kind);
    return at;
  }

  /** Ends the frame that begins at {@code at}: sets its length. */
  public static void end(Output out, int at) {
    out.setInt(at, out.size() - at - Frame.KIND_OFFSET);
  }

  /** A whole frame without payload. */
  public static byte[] empty(byte kind) {
    Output out = new Output(Frame.HEADER_SIZE);
    end(out, begin(out, kind));
    return out.toByteArray();
  }

  /** A DEFINE frame. */
  public static byte[] define(int symbol, byte[] definition) {
    Output out = new Output(definition.length + 16);
    int at = begin(out, Frame.DEFINE);
    out.writeVarInt(symbol);
    out.writeBytes(definition, 0, definition.length);
    end(out, at);
    return out.toByteArray();
  }

  /** A CANCEL frame. */
  public static byte[] cancel(long callId) {
    Output out = new Output(16);
    int at = begin(out, Frame.CANCEL);
    out.writeVarLong(callId);
    end(out, at);
    return out.toByteArray();
  }

  /** An OPEN frame. */
  public static byte[] open(StreamHeader header) {
    Output out = new Output(64);
    int at = begin(out, Frame.OPEN);
    header.write(out);
    end(out, at);
    return out.toByteArray();
  }

  /** The beginning of a DATA frame, before so many bytes. */
  public static byte[] data(int stream, int size) {
    Output out = new Output(Frame.DATA_HEADER_SIZE);
    out.writeInt(2 + size);
    out.writeByte(Frame.DATA);
    out.writeByte(stream);
    return out.toByteArray();
  }

  /** A RESET frame. */
  public static byte[] reset(int stream) {
    Output out = new Output(Frame.DATA_HEADER_SIZE);
    int at = begin(out, Frame.RESET);
    out.writeByte(stream);
    end(out, at);
    return out.toByteArray();
  }

  /** A WINDOW frame. */
  public static byte[] window(Window window) {
    Output out = new Output(24);
    int at = begin(out, Frame.WINDOW);
    window.write(out);
    end(out, at);
    return out.toByteArray();
  }

  /** Writes a CREDIT frame. */
  public static void credit(Output out, int calls, long bytes) {
    int at = begin(out, Frame.CREDIT);
    out.writeVarInt(calls);
    out.writeVarLong(bytes);
    end(out, at);
  }
}
