package io.farref.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.RefusedException;
import io.farref.bytes.MalformedException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SymbolsTest {
  @Test
  void aKeyIsDefinedOnceBeforeItsIdIsSeen() {
    List<String> defined = new ArrayList<>();
    OutboundSymbols symbols =
        new OutboundSymbols((id, bytes) -> defined.add("" + id + (char) bytes[0]), 10);
    assertThat(symbols.idOf("a", () -> new byte[] {'A'})).isZero();
    assertThat(symbols.idOf("b", () -> new byte[] {'B'})).isEqualTo(1);
    assertThat(
            symbols.idOf(
                "a",
                () -> {
                  throw new AssertionError("again");
                }))
        .isZero();
    assertThat(defined).containsExactly("0A", "1B");
  }

  @Test
  void aDefinitionThatFailsUsesNoId() {
    OutboundSymbols symbols =
        new OutboundSymbols(
            (id, bytes) -> {
              if (bytes.length == 0) {
                throw new IllegalStateException("closed");
              }
            },
            10);
    assertThatThrownBy(() -> symbols.idOf("a", () -> new byte[0])).hasMessage("closed");
    assertThat(symbols.idOf("b", () -> new byte[1])).isZero();
    assertThat(symbols.idOf("a", () -> new byte[1])).isEqualTo(1);
  }

  @Test
  void moreSymbolsThanTheLimitAreRefused() {
    OutboundSymbols outbound = new OutboundSymbols((id, bytes) -> {}, 1);
    outbound.idOf("a", () -> new byte[0]);
    assertThatThrownBy(() -> outbound.idOf("b", () -> new byte[0]))
        .isInstanceOf(RefusedException.class)
        .hasMessage("limit maxSymbols is 1, but got 2");
    InboundSymbols inbound = new InboundSymbols(1);
    inbound.define(0, new byte[0]);
    assertThatThrownBy(() -> inbound.define(1, new byte[0])).isInstanceOf(RefusedException.class);
  }

  @Test
  void definitionsThatAreTooLargeTogetherAreRefusedOnBothSides() {
    byte[] large = new byte[1 << 19];
    OutboundSymbols outbound = new OutboundSymbols((id, bytes) -> {}, 100);
    InboundSymbols inbound = new InboundSymbols(100);
    for (int i = 0; i < 2; i++) {
      assertThat(outbound.idOf(i, () -> large)).isEqualTo(i);
      inbound.define(i, large);
    }
    assertThatThrownBy(() -> outbound.idOf("one more", () -> new byte[1]))
        .isInstanceOf(RefusedException.class)
        .hasMessageContainingAll("maxSymbols is 100", "1048576 bytes", "1048577");
    assertThatThrownBy(() -> inbound.define(2, new byte[1])).isInstanceOf(RefusedException.class);
    assertThat(outbound.idOf(1, () -> large)).as("known ones still work").isEqualTo(1);
    assertThat(inbound.size()).isEqualTo(2);
  }

  @Test
  void definitionsComeInOrderAndUnknownIdsAreMalformed() {
    InboundSymbols symbols = new InboundSymbols(100);
    assertThatThrownBy(() -> symbols.define(1, new byte[0])).isInstanceOf(MalformedException.class);
    symbols.define(0, new byte[0]);
    assertThatThrownBy(() -> symbols.define(0, new byte[0])).isInstanceOf(MalformedException.class);
    for (int id : new int[] {1, -1, Integer.MAX_VALUE}) {
      assertThatThrownBy(() -> symbols.resolve(id, b -> b)).isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void aSymbolIsResolvedOnceUnlessItsResolverThrows() {
    InboundSymbols symbols = new InboundSymbols(100);
    symbols.define(0, new byte[] {7});
    AtomicInteger calls = new AtomicInteger();
    assertThatThrownBy(
            () ->
                symbols.resolve(
                    0,
                    b -> {
                      throw new IllegalStateException("not now");
                    }))
        .hasMessage("not now");
    Object first = symbols.resolve(0, b -> new int[] {b[0], calls.incrementAndGet()});
    assertThat((Object) symbols.resolve(0, b -> "other")).isSameAs(first);
    assertThat(calls).hasValue(1);
  }

  @Test
  void manyThreadsAgreeAndDefinitionsStayInOrder() throws Exception {
    InboundSymbols inbound = new InboundSymbols(1 << 16);
    OutboundSymbols outbound = new OutboundSymbols(inbound::define, 1 << 16);
    int threads = 4;
    int keys = 2_000;
    int[][] ids = new int[threads][keys];
    CountDownLatch start = new CountDownLatch(1);
    List<Thread> all =
        IntStream.range(0, threads)
            .mapToObj(
                t ->
                    Thread.ofPlatform()
                        .start(
                            () -> {
                              try {
                                start.await();
                              } catch (InterruptedException e) {
                                return;
                              }
                              for (int k = 0; k < keys; k++) {
                                int key = (k * 31 + t * 997) % keys;
                                ids[t][key] =
                                    outbound.idOf(
                                        "key" + key,
                                        () -> new byte[] {(byte) key, (byte) (key >> 8)});
                                int id = ids[t][key];
                                int there =
                                    inbound.resolve(id, b -> (b[0] & 0xFF) | (b[1] & 0xFF) << 8);
                                if (there != key) {
                                  ids[t][key] = -1;
                                }
                              }
                            }))
            .toList();
    start.countDown();
    for (Thread each : all) {
      each.join();
    }
    assertThat(outbound.size()).isEqualTo(keys);
    assertThat(inbound.size()).isEqualTo(keys);
    for (int[] each : ids) {
      assertThat(each).isEqualTo(ids[0]).doesNotContain(-1);
    }
    assertThat(IntStream.of(ids[0]).distinct().count()).isEqualTo(keys);
  }
}
