package io.farref.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The tables under concurrent use, and that they keep no class alive. */
final class MethodTableLifeTest {
  public interface Touching {
    Object touch(Object other);

    default int own() {
      return 1;
    }
  }

  public static final class Touched implements Supplier<Object> {
    @Override
    public Object get() {
      return FakeReference.to(this).as(Touching.class);
    }

    public Object touch(Object other) {
      return other;
    }
  }

  @Test
  void manyThreadsLookingUpTheSameMethodsFindThem() throws Exception {
    int threads = 8;
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      for (int round = 0; round < 50; round++) {
        Object target = freshlyLoaded(Counter.class);
        CyclicBarrier start = new CyclicBarrier(threads);
        List<Future<Integer>> results = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
          results.add(
              pool.submit(
                  () -> {
                    start.await();
                    int sum = 0;
                    for (int i = 0; i < 20; i++) {
                      String signature = i % 2 == 0 ? "add(int):int" : "add(short):long";
                      Object one = i % 2 == 0 ? (Object) 1 : (Object) (short) 1;
                      var call =
                          new MethodCall(
                              MethodCall.Mode.CALL, false, signature, new Object[] {one});
                      sum = Math.max(sum, (int) FakeCalls.apply(call, target));
                    }
                    return sum;
                  }));
        }
        int highest = 0;
        for (Future<Integer> result : results) {
          highest = Math.max(highest, result.get());
        }
        assertThat(highest).isEqualTo(threads * 20);
        assertThat(MethodTable.of(target.getClass()).remembered()).isEqualTo(2);
      }
    }
  }

  public static final class Counter {
    private final AtomicInteger n = new AtomicInteger();

    public int add(int k) {
      return n.addAndGet(k);
    }
  }

  @Test
  void aTableDoesNotKeepItsClassAlive() throws Exception {
    List<WeakReference<?>> gone = new ArrayList<>();
    useFreshClasses(gone);
    await()
        .untilAsserted(
            () -> {
              System.gc();
              assertThat(gone).allMatch(reference -> reference.get() == null);
            });
  }

  /** In a method of its own, so that no local variable keeps anything. */
  private static void useFreshClasses(List<WeakReference<?>> gone) throws Exception {
    Object target = freshlyLoaded(Touched.class);
    Class<?> facade = target.getClass().getClassLoader().loadClass(Touching.class.getName());
    gone.add(new WeakReference<>(target.getClass()));
    gone.add(new WeakReference<>(facade));
    Facades.check(target.getClass(), facade);
    assertThat(Facades.create(FakeReference.to(target), facade)).isNotNull();
    Facades.call(FakeReference.to(target), "touch", target);
    // A table that outlives the argument's class must not hold it.
    List<Object> outliving = new ArrayList<>();
    Facades.call(FakeReference.to(outliving), "add", target);
    FakeCalls.apply(
        new MethodCall(
            MethodCall.Mode.CALL,
            false,
            "contains(" + target.getClass().getName() + ")",
            new Object[] {target}),
        outliving);
  }

  private static Object freshlyLoaded(Class<?> type) throws Exception {
    return new Fresh().loadClass(type.getName()).getConstructor().newInstance();
  }

  /** Loads this test's nested classes anew. */
  private static final class Fresh extends ClassLoader {
    Fresh() {
      super(MethodTableLifeTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith(MethodTableLifeTest.class.getName() + "$")) {
        return super.loadClass(name, resolve);
      }
      Class<?> loaded = findLoadedClass(name);
      if (loaded != null) {
        return loaded;
      }
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}
