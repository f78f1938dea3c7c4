package io.farref.codec;

import io.farref.bytes.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * How the instances of one class travel: their class is a symbol whose definition has its shape, so
 * that a class which differs between two workers is noticed before the first instance is read.
 */
abstract class ShapedCodec extends TypeCodec {
  private static final String PLACE = "class file ";

  final Class<?> type;
  private final String wireName;
  private final List<String> shape;
  private final Supplier<byte[]> definition = this::define;

  /**
   * Makes one.
   *
   * @param shape one line for each thing that must be the same on both sides, in order
   */
  ShapedCodec(int tag, Identity identity, Class<?> type, List<String> shape) {
    this(tag, identity, type, WireNames.encode(type.getName()), shape);
  }

  /** Makes one whose type travels under a name of its own. */
  ShapedCodec(int tag, Identity identity, Class<?> type, String wireName, List<String> shape) {
    super(tag, identity);
    this.type = type;
    this.wireName = wireName;
    this.shape = tag == Tags.CUSTOM ? List.copyOf(shape) : withPlace(type, shape);
  }

  // A class that is named by its place must be of the same build: its shape has its fingerprint.
  private static List<String> withPlace(Class<?> type, List<String> shape) {
    List<String> lines = new ArrayList<>(shape);
    if (NamedByPlace.isClass(type)) {
      lines.add(PLACE + Long.toHexString(Fingerprints.of(type).orElse(0)));
    }
    return List.copyOf(lines);
  }

  /** The name under which the type travels. */
  final String wireName() {
    return wireName;
  }

  /** Writes the contents. */
  abstract void writeBody(Encoder out, Object value);

  /** Reads the contents; see {@link TypeCodec#read}. */
  abstract Object readBody(Decoder in, int id);

  /** Reads the contents of the function of a call. */
  Object readCall(Decoder in, int id) {
    in.admitFunction(type);
    return readBody(in, id);
  }

  @Override
  void write(Encoder out, Object value) {
    writeSymbol(out);
    writeBody(out, value);
  }

  /** Writes the number of the type's symbol. */
  final void writeSymbol(Encoder out) {
    out.writeSymbol(type, definition);
  }

  @Override
  final Object read(Decoder in, int id) {
    throw new AssertionError("read through its tag");
  }

  /** How this shape differs from the other side's; empty if it does not. */
  final List<String> differences(int otherTag, List<String> other) {
    List<String> differences = new ArrayList<>();
    if (otherTag != tag) {
      differences.add("it is " + kind(otherTag) + " there, " + kind(tag) + " here");
      return differences;
    }
    if (!place(shape).equals(place(other))) {
      differences.add(
          "its name says only where it is in the source (an anonymous or local class, or one that a"
              + " compiler made), so the class file must be the same, and has the fingerprint "
              + place(other)
              + " there, "
              + place(shape)
              + " here; a class with a name of its own needs the same fields only");
      return differences;
    }
    List<String> missingHere = new ArrayList<>(other);
    missingHere.removeAll(shape);
    List<String> missingThere = new ArrayList<>(shape);
    missingThere.removeAll(other);
    if (!missingHere.isEmpty()) {
      differences.add("only there: " + String.join(", ", missingHere));
    }
    if (!missingThere.isEmpty()) {
      differences.add("only here: " + String.join(", ", missingThere));
    }
    if (differences.isEmpty() && !other.equals(shape)) {
      differences.add("the order there is " + String.join(", ", other));
    }
    return differences;
  }

  /** The fingerprint in a shape, if the class is named by its place. */
  private static String place(List<String> shape) {
    String last = shape.isEmpty() ? "" : shape.getLast();
    return last.startsWith(PLACE) ? last.substring(PLACE.length()) : "none";
  }

  private static String kind(int tag) {
    return switch (tag) {
      case Tags.ENUM -> "an enum";
      case Tags.RECORD -> "a record";
      case Tags.OBJECT -> "a class";
      case Tags.THROWABLE -> "a throwable";
      case Tags.CUSTOM -> "a class with a ValueCodec";
      default -> "nothing known";
    };
  }

  private byte[] define() {
    Output out = new Output(64 + 16 * shape.size());
    out.writeByte(Symbol.TYPE);
    out.writeUtf8(wireName);
    out.writeByte(tag);
    out.writeVarInt(shape.size());
    shape.forEach(out::writeUtf8);
    return out.toByteArray();
  }
}
