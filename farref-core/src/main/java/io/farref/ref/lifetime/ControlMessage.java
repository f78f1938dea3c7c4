package io.farref.ref.lifetime;

import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Output;
import java.util.Objects;

/**
 * A message between workers about references. It may come late, repeated or reordered (G5); it must
 * come at least once unless one side is lost.
 *
 * <p>A <i>holding</i> is the time during which a worker counts as a holder of a value; its number
 * is drawn from one growing counter per worker. A <i>transfer</i> is one reference in one message;
 * its number, from 1, is unique at the passer.
 */
public sealed interface ControlMessage {
  /** The value it is about. */
  ValueId id();

  /**
   * User to owner: I hold this value.
   *
   * @param number the holding's number
   * @param settles the transfer by which the owner itself passed the reference, done with this
   *     message; 0 if another worker passed it
   * @param token came with the reference
   */
  record Hold(ValueId id, long number, long settles, long token) implements ControlMessage {}

  /** Owner to user: I have recorded that you hold it. */
  record Held(ValueId id, long number) implements ControlMessage {}

  /** Owner to user: you cannot hold it, it is gone for ever. */
  record Gone(ValueId id, long number, LossReason reason) implements ControlMessage {}

  /** Owner to user: you cannot hold it; you hold as many values of mine as I allow. */
  record Full(ValueId id, long number, int limit) implements ControlMessage {}

  /** User to owner: I no longer hold it. May overtake the {@link Hold}, which is then void. */
  record Release(ValueId id, long number) implements ControlMessage {}

  /** Receiver to passer: you need not keep the reference for me any longer. */
  record Done(ValueId id, long transfer) implements ControlMessage {}

  /** Creator to owner: the call that should have created this value will never come. */
  record Voided(ValueId id) implements ControlMessage {}

  /**
   * Creator to owner: the place in the code where the reference was made, for people to read. Sent
   * after the call that creates the value, if the creator tracks origins. Long names are cut, since
   * the owner keeps them beside the value.
   */
  record Origin(ValueId id, StackTraceElement site) implements ControlMessage {
    private static final int LONGEST = 512;

    /** Cuts the names. */
    public Origin {
      String file = site.getFileName();
      site =
          new StackTraceElement(
              cut(site.getClassName()),
              cut(site.getMethodName()),
              file == null ? null : cut(file),
              site.getLineNumber());
    }

    private static String cut(String name) {
      return name.length() > LONGEST ? name.substring(0, LONGEST) : name;
    }
  }

  /** Writes a message: its kind in one byte, the rest in variable-length numbers. */
  static void write(ControlMessage message, Output out) {
    switch (message) {
      case Hold m -> {
        // Two kinds rather than a number that is nearly always 0.
        begin(m.settles == 0 ? Kind.HOLD : Kind.HOLD_SETTLING, m.id, out);
        out.writeVarLong(m.number);
        if (m.settles != 0) {
          out.writeVarLong(m.settles);
        }
        out.writeLong(m.token);
      }
      case Held m -> {
        begin(Kind.HELD, m.id, out);
        out.writeVarLong(m.number);
      }
      case Gone m -> {
        begin(Kind.GONE, m.id, out);
        out.writeVarLong(m.number);
        out.writeByte(m.reason.code());
      }
      case Full m -> {
        begin(Kind.FULL, m.id, out);
        out.writeVarLong(m.number);
        out.writeVarInt(m.limit);
      }
      case Release m -> {
        begin(Kind.RELEASE, m.id, out);
        out.writeVarLong(m.number);
      }
      case Done m -> {
        begin(Kind.DONE, m.id, out);
        out.writeVarLong(m.transfer);
      }
      case Voided m -> begin(Kind.VOID, m.id, out);
      case Origin m -> {
        begin(Kind.ORIGIN, m.id, out);
        out.writeUtf8(m.site.getClassName());
        out.writeUtf8(m.site.getMethodName());
        out.writeUtf8(Objects.requireNonNullElse(m.site.getFileName(), ""));
        out.writeZigZag(m.site.getLineNumber());
      }
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws MalformedException if it is not a control message
   */
  static ControlMessage read(Input in) {
    int kind = in.readUnsignedByte();
    if (kind < Kind.HOLD || kind > Kind.FULL) {
      throw new MalformedException("no control message is of kind " + kind);
    }
    ValueId id = readId(in);
    return switch (kind) {
      case Kind.HOLD -> new Hold(id, number(in), 0, in.readLong());
      case Kind.HOLD_SETTLING -> new Hold(id, number(in), transfer(in), in.readLong());
      case Kind.HELD -> new Held(id, number(in));
      case Kind.GONE -> new Gone(id, number(in), LossReason.ofCode(in.readUnsignedByte()));
      case Kind.RELEASE -> new Release(id, number(in));
      case Kind.DONE -> new Done(id, transfer(in));
      case Kind.VOID -> new Voided(id);
      case Kind.FULL -> new Full(id, number(in), in.readVarInt());
      default -> new Origin(id, site(in));
    };
  }

  private static void begin(int kind, ValueId id, Output out) {
    out.writeByte(kind);
    out.writeVarInt(id.owner());
    out.writeVarInt(id.creator());
    out.writeVarLong(id.number());
  }

  private static ValueId readId(Input in) {
    int owner = in.readVarInt();
    int creator = in.readVarInt();
    long number = in.readVarLong();
    if (owner < 0 || creator < 0 || number < 0) {
      throw new MalformedException(
          "a value's id with a negative part: " + owner + "/" + creator + "." + number);
    }
    return new ValueId(owner, creator, number);
  }

  private static long number(Input in) {
    long number = in.readVarLong();
    if (number < 0 || number > Holders.MAX_NUMBER) {
      throw new MalformedException("a holding's number of " + number);
    }
    return number;
  }

  private static long transfer(Input in) {
    long transfer = in.readVarLong();
    if (transfer <= 0) {
      throw new MalformedException("a transfer's number of " + transfer);
    }
    return transfer;
  }

  private static StackTraceElement site(Input in) {
    String type = in.readUtf8();
    String method = in.readUtf8();
    String file = in.readUtf8();
    return new StackTraceElement(
        type, method, file.isEmpty() ? null : file, Math.clamp(in.readZigZag(), -2, 1 << 24));
  }

  /** The first byte of a message on the wire. */
  final class Kind {
    static final int HOLD = 1;
    static final int HOLD_SETTLING = 2;
    static final int HELD = 3;
    static final int GONE = 4;
    static final int RELEASE = 5;
    static final int DONE = 6;
    static final int VOID = 7;
    static final int ORIGIN = 8;
    static final int FULL = 9;

    private Kind() {}
  }
}
