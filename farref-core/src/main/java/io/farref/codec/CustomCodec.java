package io.farref.codec;

import io.farref.RpcException;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Output;
import io.farref.spi.ValueCodec;
import java.util.List;
import java.util.function.Function;

/**
 * A class with a {@link ValueCodec}: the bytes that it wrote, with their length in one byte before
 * them if it is below 255, else in four bytes after them. So a codec that reads less or more than
 * it wrote is found.
 *
 * @param <T> the class
 */
final class CustomCodec<T> extends ShapedCodec {
  private static final int LONG = 255;

  private final ValueCodec<T> codec;

  CustomCodec(ValueCodec<T> codec) {
    super(
        Tags.CUSTOM,
        Identity.OPAQUE,
        codec.type(),
        codec instanceof LibraryCodec<T> ours
            ? ours.wireName()
            : WireNames.encode(codec.type().getName()),
        List.of());
    this.codec = codec;
  }

  @Override
  @SuppressWarnings("unchecked") // looked up by the value's class
  void writeBody(Encoder out, Object value) {
    Output bytes = out.out;
    int start = bytes.size() + 1;
    bytes.writeByte(LONG);
    try {
      codec.write((T) value, out);
    } catch (Unsendable e) {
      throw e.at(" -> " + DisplayNames.simple(type));
    } catch (RpcException e) {
      throw e;
    } catch (RuntimeException e) {
      throw Unsendable.failed(type.getTypeName(), codec.getClass().getName() + " threw " + e, e);
    }
    int length = bytes.size() - start;
    if (length < LONG) {
      bytes.array()[start - 1] = (byte) length;
    } else {
      bytes.writeInt(length);
    }
  }

  @Override
  Object readBody(Decoder in, int id) {
    return readBytes(in, codec::read);
  }

  @Override
  Object readCall(Decoder in, int id) {
    return codec instanceof CallCodec<T> call
        ? readBytes(in, call::readCall)
        : super.readCall(in, id);
  }

  private Object readBytes(Decoder in, Function<? super Decoder, T> how) {
    int marker = in.in.readUnsignedByte();
    int start = in.in.position();
    Object value = read(in, how);
    int read = in.in.position() - start;
    if (!isLength(in, marker, read)) {
      throw Errors.encoding(
          codec.getClass().getName()
              + " read "
              + read
              + " bytes of a "
              + type.getTypeName()
              + " that has "
              + (marker < LONG ? marker : "another number of them")
              + "; it must read what it writes, no more and no less");
    }
    return value;
  }

  private static boolean isLength(Decoder in, int marker, int read) {
    if (marker < LONG) {
      return read == marker;
    }
    return in.in.remaining() >= Integer.BYTES && in.in.readInt() == read;
  }

  private Object read(Decoder in, Function<? super Decoder, T> how) {
    Object value;
    try {
      value = how.apply(in);
    } catch (RpcException | MalformedException | NotAdmittedException e) {
      throw e;
    } catch (RuntimeException e) {
      throw Errors.encoding(
          codec.getClass().getName() + " could not read a " + type.getTypeName() + ": " + e, e);
    }
    if (!type.isInstance(value)) {
      throw Errors.encoding(
          codec.getClass().getName()
              + " read "
              + (value == null ? "null" : "a " + DisplayNames.of(value))
              + " instead of a "
              + type.getTypeName());
    }
    return value;
  }
}
