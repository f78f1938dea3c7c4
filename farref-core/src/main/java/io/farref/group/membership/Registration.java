package io.farref.group.membership;

import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Output;
import io.farref.group.JoinRequest;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The entry of a worker in the store, from when it starts to join until it leaves. It has no secret
 * in it.
 */
record Registration(
    Optional<String> name,
    OptionalInt rank,
    OptionalInt worldSize,
    String address,
    String incarnation) {

  private static final int FORMAT = 1;

  static Registration of(JoinRequest request, String incarnation) {
    return new Registration(
        request.name(), request.rank(), request.worldSize(), request.address(), incarnation);
  }

  boolean isOpen() {
    return worldSize.isEmpty();
  }

  byte[] encode() {
    Output out = new Output(128);
    out.writeByte(FORMAT);
    out.writeUtf8(name.orElse(""));
    out.writeZigZag(rank.orElse(-1));
    out.writeVarInt(worldSize.orElse(0));
    out.writeUtf8(address);
    out.writeUtf8(incarnation);
    return out.toByteArray();
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws MalformedException if it is anything else
   */
  static Registration decode(byte[] bytes) {
    Input in = new Input(bytes);
    int format = in.readUnsignedByte();
    if (format != FORMAT) {
      throw new MalformedException(
          "a worker of another release (format " + format + ", not " + FORMAT + ")");
    }
    String name = in.readUtf8();
    long rank = in.readZigZag();
    int worldSize = in.readVarInt();
    try {
      Registration read =
          new Registration(
              name.isEmpty() ? Optional.empty() : Optional.of(name),
              rank < 0 ? OptionalInt.empty() : OptionalInt.of(Math.toIntExact(rank)),
              worldSize == 0 ? OptionalInt.empty() : OptionalInt.of(worldSize),
              in.readUtf8(),
              in.readUtf8());
      JoinRequest.check(read.name, read.rank, read.worldSize, read.address);
      return read;
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new MalformedException("an impossible worker: " + e.getMessage());
    }
  }

  @Override
  public String toString() {
    return JoinRequest.describe(name, rank, address);
  }
}
