package io.farref.ref.lifetime;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tests of lifetimes drive the methods that ship: there are no others. */
class TestOnlyMethodsTest {
  private static final JavaClasses MAIN = main();

  @Test
  void everyMethodOfTheTableIsCalledByAnotherClassOfMain() {
    assertThat(
            MAIN.get(LifetimeTable.class).getMethods().stream()
                .filter(method -> !method.getModifiers().contains(JavaModifier.PRIVATE))
                .filter(method -> callers(method).noneMatch(each -> !isTable(each.getOwner()))))
        .isEmpty();
  }

  @Test
  void everyMethodOfThePackageIsCalledInMain() {
    String ours = LifetimeTable.class.getPackageName();
    assertThat(
            MAIN.stream()
                .filter(type -> type.getPackageName().equals(ours))
                .flatMap(type -> type.getMethods().stream())
                .filter(method -> !isUsed(method)))
        .isEmpty();
  }

  private static boolean isTable(JavaClass type) {
    return type.isEquivalentTo(LifetimeTable.class);
  }

  private static boolean isUsed(JavaMethod method) {
    return method.getModifiers().contains(JavaModifier.SYNTHETIC)
        || callers(method).findAny().isPresent()
        || isDeclaredByCompiler(method)
        || overridden(method).anyMatch(each -> isElsewhere(each) || callers(each).count() > 0);
  }

  private static Stream<JavaCodeUnit> callers(JavaMethod method) {
    return Stream.concat(
            method.getCallsOfSelf().stream().map(call -> call.getOrigin()),
            method.getReferencesToSelf().stream().map(reference -> reference.getOrigin()))
        .filter(origin -> !origin.equals(method));
  }

  /** Whether the compiler adds the method to each record or enum. */
  private static boolean isDeclaredByCompiler(JavaMethod method) {
    JavaClass type = method.getOwner();
    return (type.isEnum() && List.of("values", "valueOf").contains(method.getName()))
        || (type.isRecord() && type.tryGetField(method.getName()).isPresent());
  }

  private static Stream<JavaMethod> overridden(JavaMethod method) {
    JavaClass type = method.getOwner();
    String[] parameters =
        method.getRawParameterTypes().stream().map(JavaClass::getName).toArray(String[]::new);
    return Stream.concat(type.getAllRawSuperclasses().stream(), type.getAllRawInterfaces().stream())
        .flatMap(above -> above.tryGetMethod(method.getName(), parameters).stream());
  }

  private static boolean isElsewhere(JavaMethod method) {
    return !method.getOwner().getPackageName().equals(LifetimeTable.class.getPackageName());
  }

  private static JavaClasses main() {
    try {
      Path root =
          Path.of(LifetimeTable.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return new ClassFileImporter().importPath(root.resolve("io"));
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
