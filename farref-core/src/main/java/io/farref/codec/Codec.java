package io.farref.codec;

import io.farref.EncodingException;
import io.farref.Limits;
import io.farref.RefusedException;
import io.farref.RpcException;
import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Output;
import io.farref.spi.ValueCodec;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Values to bytes and back. One for each worker; immutable, thread-safe.
 *
 * <p>Shared objects stay shared and cycles stay cycles within one message. A graph that nests
 * deeply is continued on a thread of its own, so a {@link ValueCodec} may be called on another
 * thread than the caller's; the caller waits.
 *
 * <p>Exceptions have {@link RpcException.Execution#NOT_EXECUTED}; a caller that knows better wraps
 * them.
 */
public final class Codec {
  private final TypeTable types;
  private final Limits limits;

  /**
   * Makes one.
   *
   * @param allow which classes may travel
   * @param limits bounds on messages that are read; that on depth also on those that are written
   * @param codecs for classes of their own, which count as allowed
   * @param loader loads the classes of values that are read
   * @throws IllegalArgumentException if two codecs are for one class
   */
  public Codec(
      AllowList allow,
      Limits limits,
      Collection<? extends ValueCodec<?>> codecs,
      ClassLoader loader) {
    this.types = new TypeTable(allow, codecs, loader);
    this.limits = limits;
  }

  /**
   * Writes a value. Byte arrays of {@value ByteBlock#BESIDE} bytes and more travel in out-of-band
   * buffers, uncopied: they must not change until it has been sent.
   *
   * @throws EncodingException if something in it has no encoding; the message has the path to it.
   *     The bytes written so far are garbage.
   * @throws RefusedException if something in it is not allowed to travel, or over a limit
   */
  public void write(@Nullable Object value, Output out, OutboundMessage message) {
    Encoder encoder = new Encoder(types, limits, out, message, false);
    try {
      encoder.write(value);
    } catch (Unsendable e) {
      throw e.toException(DisplayNames.ofRoot(value));
    } catch (RpcException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      throw Errors.encoding("cannot send " + DisplayNames.ofRoot(value) + ": " + e, e);
    }
  }

  /**
   * Reads a value. Whatever the bytes are, nothing is thrown but these exceptions, and nothing is
   * made but instances of allowed classes.
   *
   * @throws MalformedException if {@link #write} does not write such bytes
   * @throws RefusedException if a class is not allowed or differs here, or a limit is exceeded
   * @throws EncodingException if a value cannot be rebuilt, for instance because its class is
   *     missing here or its constructor throws
   */
  public @Nullable Object read(Input in, InboundMessage message) {
    Decoder decoder = new Decoder(types, limits, in, message, null);
    try {
      return decoder.readRoot();
    } catch (RuntimeException | Error e) {
      throw Errors.ofReading(e);
    }
  }

  /**
   * Reads the function of a call, as {@link #read} reads a value.
   *
   * @param gate asked as soon as it is known what the call is for; null: the call is let through
   * @throws NotAdmittedException if the gate does not let it through; then no code has run that the
   *     sender chose, and no object was made
   */
  public Object readCall(Input in, InboundMessage message, @Nullable CallGate gate) {
    Decoder decoder = new Decoder(types, limits, in, message, null);
    try {
      return decoder.readCall(gate);
    } catch (RuntimeException | Error e) {
      throw Errors.ofReading(e);
    }
  }

  /**
   * Writes a throwable, and never fails: one that cannot travel as itself travels as text, each
   * cause and each suppressed one separately. Not so when {@code out} is full or {@code message}
   * fails.
   */
  public void writeThrowable(Throwable throwable, Output out, OutboundMessage message) {
    int start = out.size();
    try {
      new Encoder(types, limits, out, message, true).write(throwable);
    } catch (RuntimeException | Error e) {
      out.truncate(start);
      ThrowableText.write(throwable, out);
    }
  }

  /**
   * Reads a throwable that {@link #writeThrowable} wrote.
   *
   * @param worker the name of the worker that sent it
   * @return the throwable as its own type, or a {@link io.farref.RemoteFailureException} with its
   *     text if it cannot be rebuilt here; then a suppressed exception says why
   * @throws MalformedException if {@link #writeThrowable} does not write such bytes
   * @throws EncodingException if something else in it cannot be rebuilt
   * @throws RefusedException if a limit is exceeded
   */
  public Throwable readThrowable(Input in, InboundMessage message, String worker) {
    Decoder decoder = new Decoder(types, limits, in, message, worker);
    Object value = Errors.reading(decoder::readRoot);
    if (!(value instanceof Throwable throwable)) {
      throw new MalformedException(
          "wanted a throwable, got " + (value == null ? "null" : DisplayNames.of(value)));
    }
    return throwable;
  }
}
