package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.Authorizer;
import io.farref.EncodingException;
import io.farref.Peer;
import io.farref.RRef;
import io.farref.Worker;
import io.farref.bytes.Input;
import io.farref.spi.Link;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import io.farref.transport.InProcessTransport;
import io.farref.wire.CallHead;
import io.farref.wire.Frame;
import io.farref.wire.ReplyHead;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Mallory changes what it says about its own messages: that a call or an answer has no functions in
 * it, or that a call is one of the library.
 */
@ExtendWith(NoLeaks.class)
class ForgedCallsTest {
  private static final int FUNCTIONS = 8;
  private static final AtomicInteger RAN = new AtomicInteger();

  private final List<ForgingLink> links = new CopyOnWriteArrayList<>();
  private final AtomicInteger rank = new AtomicInteger();
  private final LocalGroup group =
      LocalGroup.builder()
          .transport(new SpyingTransport(new InProcessTransport(), this::spy, this::spy))
          .configure(
              worker -> {
                if (rank.getAndIncrement() == 0) {
                  worker.authorize(access -> this.allowed.allows(access));
                }
              })
          .start("olive", "mallory");
  private final Worker olive = group.worker("olive");
  private final Peer toOlive = group.worker("mallory").peer("olive");
  private volatile Authorizer allowed = _ -> true;

  private Link spy(Link below) {
    ForgingLink link = new ForgingLink(below);
    links.add(link);
    return link;
  }

  private void change(byte kind, java.util.function.Consumer<ByteBuffer> change) {
    links.stream()
        .filter(each -> each.isOf("mallory"))
        .forEach(each -> each.changeFrames(kind, change));
  }

  @AfterEach
  void nothingRan() {
    assertThat(RAN).hasValue(0);
    change(Frame.CALL, _ -> {});
    Groups.closeEmpty(group);
  }

  /** A map that runs the sender's code when it is rebuilt. */
  private static TreeMap<String, Integer> bomb() {
    TreeMap<String, Integer> bomb =
        new TreeMap<>(
            (Comparator<String> & Serializable)
                (a, b) -> {
                  RAN.incrementAndGet();
                  return a.compareTo(b);
                });
    bomb.put("x", 1);
    bomb.put("y", 2);
    RAN.set(0);
    return bomb;
  }

  @Test
  void aCallThatHidesThatItHasFunctionsIsMalformed() {
    TreeMap<String, Integer> bomb = bomb();
    try (RRef<java.util.ArrayList<Object>> list =
        toOlive.remote(() -> new java.util.ArrayList<>())) {
      assertThat(list.call("size")).isEqualTo(0);
      allowed = Authorizer.noShippedFunctions();
      AtomicInteger changed = new AtomicInteger();
      change(Frame.CALL, payload -> changed.addAndGet(hideFunctions(payload)));
      assertThatThrownBy(() -> list.call("add", bomb))
          .isInstanceOf(EncodingException.class)
          .hasMessageContaining("a function where its sender has announced none");
      assertThat(changed).hasValue(1);
      assertThat(list.call("size")).isEqualTo(0);
    }
  }

  /** The body begins with a tag, the symbol, the length and the kind of the call. */
  private static int hideFunctions(ByteBuffer payload) {
    Input in = new Input(bytes(payload), 0, payload.remaining());
    CallHead.read(in);
    in.readByte();
    in.readVarInt();
    in.readByte();
    int at = payload.remaining() - in.remaining();
    byte kind = payload.get(at);
    payload.put(at, (byte) (kind & ~FUNCTIONS));
    return kind == payload.get(at) ? 0 : 1;
  }

  private static byte[] bytes(ByteBuffer payload) {
    byte[] bytes = new byte[payload.remaining()];
    payload.duplicate().get(bytes);
    return bytes;
  }

  @Test
  void anAnswerThatHidesThatItHasFunctionsIsMalformed() {
    Peer mallory = olive.peer("mallory");
    assertThat(mallory.rpcSync(() -> 1)).isEqualTo(1);
    allowed = Authorizer.noShippedFunctions();
    AtomicInteger changed = new AtomicInteger();
    change(
        Frame.REPLY,
        payload -> {
          int flags = payload.get(0);
          payload.put(0, (byte) (flags & ~ReplyHead.FUNCTIONS));
          changed.addAndGet(flags == payload.get(0) ? 0 : 1);
        });
    assertThatThrownBy(() -> mallory.rpcSync(ForgedCallsTest::bomb))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining("a function where its sender has announced none");
    assertThat(changed).hasValue(1);
  }

  @Test
  void aFunctionOfAProgramAsACallOfTheLibraryIsMalformed() {
    assertThat(toOlive.rpcSync(() -> 1)).isEqualTo(1);
    change(Frame.CALL, payload -> payload.put(0, (byte) (payload.get(0) | CallHead.SYSTEM)));
    assertThatThrownBy(() -> toOlive.rpcSync(RAN::incrementAndGet))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining("a function of a program as a call of the library");
  }
}
