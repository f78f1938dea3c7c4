package io.farref.codec;

import io.farref.bytes.MalformedException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.function.LongFunction;

/**
 * Many bytes at once: {@code size << 1 | beside}, then the bytes; or, if they travel beside the
 * message, the index of each attachment, of which all but the last have {@link #PIECE} bytes.
 */
final class Bulk {
  /** From this size on, bytes travel beside the message. */
  static final int BESIDE = 1024;

  /** How many bytes one attachment has at most. */
  static final int PIECE = 1 << 30;

  private Bulk() {}

  /** Writes an array, without a copy if it travels beside the message. */
  static void write(Encoder out, byte[] bytes) {
    write(out, MemorySegment.ofArray(bytes));
  }

  /** Writes what remains of a buffer; it travels without a copy. */
  static void writeBeside(Encoder out, ByteBuffer bytes) {
    int size = bytes.remaining();
    out.out.writeVarLong(((long) size << 1) | 1);
    for (long from = 0; from < size; from += PIECE) {
      ByteBuffer piece = bytes.slice((int) from, (int) Math.min(PIECE, size - from));
      out.out.writeVarInt(out.message.attachment(piece));
    }
  }

  /** Writes a segment; on the heap, it must be that of a byte array to travel without a copy. */
  static void write(Encoder out, MemorySegment bytes) {
    long size = bytes.byteSize();
    if (size < BESIDE) {
      out.out.writeVarLong(size << 1);
      int at = out.out.skip((int) size);
      MemorySegment.copy(bytes, 0, MemorySegment.ofArray(out.out.array()), at, size);
      return;
    }
    out.out.writeVarLong((size << 1) | 1);
    for (long from = 0; from < size; from += PIECE) {
      MemorySegment piece = bytes.asSlice(from, Math.min(PIECE, size - from));
      out.out.writeVarInt(out.message.attachment(asBuffer(piece)));
    }
  }

  /** Reads bytes as an array: the attachment itself, if there is just one. */
  static byte[] readArray(Decoder in) {
    long header = in.in.readVarLong();
    long size = header >>> 1;
    if ((header & 1) == 0) {
      return in.in.readBytes(in.checkSize(size, in.in.remaining()));
    }
    if (size <= PIECE) {
      byte[] attachment = in.message.attachment(in.in.readVarInt());
      if (attachment.length != size) {
        throw wrongSize(size, attachment.length);
      }
      return attachment;
    }
    byte[][] pieces = readPieces(in, size);
    byte[] whole = new byte[in.checkSize(size, Integer.MAX_VALUE - 16)];
    fill(MemorySegment.ofArray(whole), pieces);
    return whole;
  }

  /**
   * Reads bytes into memory of their size.
   *
   * @param maker makes the memory; asked when the bytes are known to be there
   */
  static MemorySegment read(Decoder in, LongFunction<MemorySegment> maker) {
    long header = in.in.readVarLong();
    long size = header >>> 1;
    if ((header & 1) == 0) {
      int length = in.checkSize(size, in.in.remaining());
      MemorySegment target = maker.apply(size);
      MemorySegment.copy(MemorySegment.ofArray(in.in.array()), in.in.position(), target, 0, size);
      in.in.skip(length);
      return target;
    }
    byte[][] pieces = readPieces(in, size);
    MemorySegment target = maker.apply(size);
    fill(target, pieces);
    return target;
  }

  private static byte[][] readPieces(Decoder in, long size) {
    byte[][] pieces = new byte[in.checkSize(Math.ceilDiv(size, (long) PIECE), in.in.remaining())][];
    long total = 0;
    for (int i = 0; i < pieces.length; i++) {
      pieces[i] = in.message.attachment(in.in.readVarInt());
      total += pieces[i].length;
    }
    if (total != size) {
      throw wrongSize(size, total);
    }
    return pieces;
  }

  private static void fill(MemorySegment target, byte[][] pieces) {
    long at = 0;
    for (byte[] piece : pieces) {
      MemorySegment.copy(piece, 0, target, ValueLayout.JAVA_BYTE, at, piece.length);
      at += piece.length;
    }
  }

  private static MalformedException wrongSize(long wanted, long got) {
    return new MalformedException("wanted " + wanted + " bytes beside the message, got " + got);
  }

  private static ByteBuffer asBuffer(MemorySegment piece) {
    boolean direct =
        piece.isNative() || piece.heapBase().map(byte[].class::isInstance).orElse(false);
    return direct ? piece.asByteBuffer() : ByteBuffer.wrap(piece.toArray(ValueLayout.JAVA_BYTE));
  }
}
