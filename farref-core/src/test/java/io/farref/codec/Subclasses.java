package io.farref.codec;

import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static java.lang.classfile.ClassFile.ACC_SUPER;

import java.lang.classfile.ClassFile;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Classes that extend others, as a program would: with the same constructors and a field more. */
final class Subclasses extends ClassLoader {
  private final Map<String, byte[]> files = new HashMap<>();

  Subclasses() {
    super(Subclasses.class.getClassLoader());
  }

  /** A subclass with a public field {@code int extra} that is 42; null if there can be none. */
  @Nullable Class<?> of(Class<?> type) {
    if (Modifier.isFinal(type.getModifiers()) || Modifier.isAbstract(type.getModifiers())) {
      return null;
    }
    String name = "io.farref.codec.generated.My" + type.getSimpleName() + "_" + files.size();
    ClassDesc parent = type.describeConstable().orElseThrow();
    byte[] bytes =
        ClassFile.of()
            .build(
                ClassDesc.of(name),
                made -> {
                  made.withFlags(ACC_PUBLIC | ACC_SUPER | ACC_FINAL).withSuperclass(parent);
                  made.withField("extra", ConstantDescs.CD_int, ACC_PUBLIC);
                  for (Constructor<?> each : type.getConstructors()) {
                    Class<?>[] parameters = each.getParameterTypes();
                    MethodTypeDesc signature =
                        MethodTypeDesc.of(
                            ConstantDescs.CD_void,
                            java.util.Arrays.stream(parameters)
                                .map(p -> p.describeConstable().orElseThrow())
                                .toArray(ClassDesc[]::new));
                    made.withMethodBody(
                        "<init>",
                        signature,
                        ACC_PUBLIC,
                        code -> {
                          code.aload(0);
                          int slot = 1;
                          for (Class<?> parameter : parameters) {
                            TypeKind kind = TypeKind.from(parameter);
                            code.loadLocal(kind, slot);
                            slot += kind.slotSize();
                          }
                          code.invokespecial(parent, "<init>", signature);
                          code.aload(0)
                              .bipush(42)
                              .putfield(ClassDesc.of(name), "extra", ConstantDescs.CD_int)
                              .return_();
                        });
                  }
                });
    files.put(name, bytes);
    try {
      return loadClass(name);
    } catch (ClassNotFoundException | LinkageError e) {
      return null;
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] bytes = files.get(name);
    if (bytes == null) {
      throw new ClassNotFoundException(name);
    }
    return defineClass(name, bytes, 0, bytes.length);
  }
}
