package io.farref.codec;

import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Output;
import java.lang.invoke.SerializedLambda;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A lambda expression or method reference without its captured values, as its class file describes
 * it. Class names have slashes, as there.
 *
 * @param capturingClass the class whose code contains it
 * @param type the functional interface
 * @param method the interface's method
 * @param signature that method's erased descriptor
 * @param implKind how the implementation is invoked, a {@code MethodHandleInfo} kind
 * @param implClass the class that has the implementation
 * @param implMethod its name
 * @param implSignature its descriptor
 * @param instantiated the descriptor of the interface's method with its type arguments
 * @param captured how many values are captured
 * @param fingerprint of the classes that must be the same on both sides, such as the capturing
 *     class of a lambda expression; 0 if all have names of their own
 * @param markers other interfaces that it implements
 */
record FunctionDefinition(
    String capturingClass,
    String type,
    String method,
    String signature,
    int implKind,
    String implClass,
    String implMethod,
    String implSignature,
    String instantiated,
    int captured,
    long fingerprint,
    List<String> markers) {

  private static final int MAX_CAPTURED = 255;

  /** The definition by which a lambda object describes itself, as yet without a fingerprint. */
  static FunctionDefinition of(SerializedLambda lambda, List<String> markers) {
    return new FunctionDefinition(
        lambda.getCapturingClass(),
        lambda.getFunctionalInterfaceClass(),
        lambda.getFunctionalInterfaceMethodName(),
        lambda.getFunctionalInterfaceMethodSignature(),
        lambda.getImplMethodKind(),
        lambda.getImplClass(),
        lambda.getImplMethodName(),
        lambda.getImplMethodSignature(),
        lambda.getInstantiatedMethodType(),
        lambda.getCapturedArgCount(),
        0,
        markers);
  }

  /** The same with this fingerprint. */
  FunctionDefinition withFingerprint(long known) {
    return new FunctionDefinition(
        capturingClass,
        type,
        method,
        signature,
        implKind,
        implClass,
        implMethod,
        implSignature,
        instantiated,
        captured,
        known,
        markers);
  }

  /** The capturing class as {@link Class#getName} has it. */
  String capturingName() {
    return capturingClass.replace('/', '.');
  }

  /** The implementation's class as {@link Class#getName} has it. */
  String implName() {
    return implClass.replace('/', '.');
  }

  /** Its name in a message for people. */
  String describe() {
    return NamedByPlace.isMethodName(implMethod)
        ? "a lambda of " + capturingName()
        : implName() + "::" + ("<init>".equals(implMethod) ? "new" : implMethod);
  }

  /** The argument of a {@code $deserializeLambda$} method. */
  @SuppressWarnings("NullAway") // the JDK says nothing of null, which captured values may be
  SerializedLambda toLambda(Class<?> capturing, @Nullable Object[] values) {
    return new SerializedLambda(
        capturing,
        type,
        method,
        signature,
        implKind,
        implClass,
        implMethod,
        implSignature,
        instantiated,
        values);
  }

  byte[] toBytes() {
    Output out = new Output(256);
    out.writeByte(Symbol.FUNCTION);
    out.writeUtf8(capturingClass);
    out.writeUtf8(WireNames.encode(type.replace('/', '.')));
    out.writeUtf8(method);
    out.writeUtf8(signature);
    out.writeByte(implKind);
    out.writeUtf8(implClass);
    out.writeUtf8(implMethod);
    out.writeUtf8(implSignature);
    out.writeUtf8(instantiated);
    out.writeVarInt(captured);
    out.writeLong(fingerprint);
    out.writeVarInt(markers.size());
    markers.forEach(marker -> out.writeUtf8(WireNames.encode(marker)));
    return out.toByteArray();
  }

  static FunctionDefinition read(Input in) {
    String capturingClass = in.readUtf8();
    String type = WireNames.decode(in.readUtf8()).replace('.', '/');
    String method = in.readUtf8();
    String signature = in.readUtf8();
    int implKind = in.readUnsignedByte();
    String implClass = in.readUtf8();
    String implMethod = in.readUtf8();
    String implSignature = in.readUtf8();
    String instantiated = in.readUtf8();
    int captured = in.readVarInt();
    if (captured < 0 || captured > MAX_CAPTURED) {
      throw new MalformedException(
          "a function with " + Integer.toUnsignedString(captured) + " captured values");
    }
    long fingerprint = in.readLong();
    int count = in.readCount(1);
    List<String> markers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      markers.add(WireNames.decode(in.readUtf8()));
    }
    return new FunctionDefinition(
        capturingClass,
        type,
        method,
        signature,
        implKind,
        implClass,
        implMethod,
        implSignature,
        instantiated,
        captured,
        fingerprint,
        List.copyOf(markers));
  }
}
