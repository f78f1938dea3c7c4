package io.farref.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.farref.RRef;
import io.farref.UnknownMethodException;
import java.io.IOException;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Calls by name without an interface. */
final class DynamicCallsTest {
  static class Counter {
    int n;

    int add(int k) {
      n += k;
      return n;
    }

    CompletableFuture<Integer> later(int k) {
      return CompletableFuture.completedFuture(add(k));
    }

    void io() throws IOException {
      throw new IOException("disk full");
    }

    void state() {
      throw new IllegalStateException("broken");
    }
  }

  private final FakeReference<Counter> reference = FakeReference.to(new Counter());

  @Test
  void eachStyleCallsTheMethod() {
    assertThat(reference.call("add", 1)).isEqualTo(1);
    assertThat(reference.callAsync("add", 1)).isCompletedWithValue(2);
    assertThat(reference.callRemote("add", 1).toHere()).isEqualTo(3);
    assertThat(reference.styles).containsExactly("sync", "async", "remote");
  }

  @Test
  void aStageIsFlatInEachStyle() {
    assertThat(reference.call("later", 1)).isEqualTo(1);
    assertThat(reference.callAsync("later", 1)).isCompletedWithValue(2);
    assertThat(reference.callRemote("later", 1).toHere()).isEqualTo(3);
  }

  @Test
  void aCheckedExceptionIsWrappedAndAnUncheckedOneNot() {
    assertThatExceptionOfType(UndeclaredThrowableException.class)
        .isThrownBy(() -> reference.call("io"))
        .withMessage("io threw java.io.IOException: disk full")
        .withCauseExactlyInstanceOf(IOException.class);
    assertThatIllegalStateException().isThrownBy(() -> reference.call("state"));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> FakeCalls.get(reference.callAsync("io")));
  }

  @Test
  void anUnknownMethodIsATypedErrorEachTime() {
    for (int i = 0; i < 2; i++) {
      assertThatExceptionOfType(UnknownMethodException.class)
          .isThrownBy(() -> reference.call("ad", 1))
          .withMessageEndingWith("Counter has no method ad(int); nearest: add(int)");
    }
    assertThatExceptionOfType(UnknownMethodException.class)
        .isThrownBy(() -> FakeCalls.get(reference.callAsync("ad", 1)));
    RRef<Object> failed = reference.callRemote("ad", 1);
    assertThatExceptionOfType(UnknownMethodException.class).isThrownBy(() -> failed.call("x"));
  }

  @Test
  void aBadArgumentIsThrownBySyncComesThroughTheFutureOfAsyncAndLivesInTheReferenceOfRemote() {
    assertThatNullPointerException().isThrownBy(() -> reference.call(null)).withMessage("method");
    assertThatNullPointerException().isThrownBy(() -> reference.call("add", (Object[]) null));
    assertThatNullPointerException()
        .isThrownBy(() -> FakeCalls.get(reference.callAsync(null)))
        .withMessage("method");
    RRef<Object> failed = reference.callRemote(null);
    assertThatNullPointerException().isThrownBy(() -> failed.rpcSync(v -> v));
  }
}
