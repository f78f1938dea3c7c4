package io.farref.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.farref.EncodingException;
import io.farref.Limits;
import io.farref.RefusedException;
import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Output;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever comes in: one of three exceptions, soon, in little memory. */
class DecoderFuzzTest {
  private static final int ROUNDS = 100_000;

  @Test
  void mutatedMessagesGiveOneOfThreeExceptions() {
    long seed = Long.getLong("farref.fuzz.seed", System.nanoTime());
    Random random = new Random(seed);
    Pipe pipe = Pipe.of();
    List<byte[]> messages = new ArrayList<>();
    Samples.all().values().forEach(value -> messages.add(pipe.write(value)));
    long start = System.nanoTime();
    int[] refused = new int[1];
    for (int i = 0; i < ROUNDS; i++) {
      byte[] bytes = mutate(messages, random);
      try {
        read(pipe, bytes, random.nextBoolean());
      } catch (MalformedException | EncodingException | RefusedException e) {
        refused[0]++;
      } catch (Throwable e) {
        fail("seed " + seed + ", round " + i + ", bytes " + Arrays.toString(bytes), e);
      }
    }
    assertThat(refused[0]).as("seed %d", seed).isGreaterThan(ROUNDS / 4);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMinutes(3));
  }

  @Test
  void mutatedDefinitionsGiveOneOfThreeExceptions() {
    long seed = Long.getLong("farref.fuzz.seed", System.nanoTime());
    Random random = new Random(seed);
    List<byte[]> definitions = new ArrayList<>();
    List<byte[]> messages = new ArrayList<>();
    InboundSymbols unused = new InboundSymbols(1 << 16);
    OutboundSymbols symbols =
        new OutboundSymbols(
            (id, bytes) -> {
              unused.define(id, bytes);
              definitions.add(bytes);
            },
            1 << 16);
    Pipe recording = Pipe.of();
    for (Object value : Samples.all().values()) {
      Pipe pipe = new Pipe(recording.from, recording.to, unused, symbols);
      messages.add(pipe.write(value));
    }
    for (int i = 0; i < ROUNDS / 50; i++) {
      Pipe pipe = Pipe.of();
      for (byte[] definition : definitions) {
        pipe.inbound.define(
            pipe.inbound.size(), random.nextInt(4) == 0 ? mutate(definition, random) : definition);
      }
      for (byte[] message : messages) {
        try {
          read(pipe, message, random.nextBoolean());
        } catch (MalformedException | EncodingException | RefusedException e) {
          assertThat(e.getMessage()).isNotNull();
        } catch (Throwable e) {
          fail("seed " + seed + ", round " + i, e);
        }
      }
    }
  }

  @Test
  void largeCountsInShortMessagesAllocateNothingLarge() {
    Pipe pipe = Pipe.of();
    pipe.write(Samples.all().values().toArray());
    long before = Pipe.allocated();
    for (int tag = 0; tag < 256; tag++) {
      for (long count :
          new long[] {Integer.MAX_VALUE, Integer.MAX_VALUE - 16, 1 << 28, -1, 1L << 62}) {
        Output out = new Output(64);
        out.writeByte(tag);
        for (int i = 0; i < 3; i++) {
          out.writeVarLong(count);
        }
        try {
          pipe.read(out.toByteArray());
        } catch (MalformedException | EncodingException | RefusedException e) {
          assertThat(e.getMessage()).isNotNull();
        }
      }
    }
    assertThat(Pipe.allocated() - before).isLessThan(64 << 20);
  }

  @Test
  void endlessNestingIsRefusedWithoutAStackOverflow() {
    for (int tag : new int[] {Tags.OPTIONAL, Tags.ATOMIC_REFERENCE, Tags.MAP_ENTRY}) {
      byte[] bytes = new byte[1_000_000];
      Arrays.fill(bytes, (byte) tag);
      try {
        Pipe.of().read(bytes);
        fail("read");
      } catch (RefusedException e) {
        assertThat(e).hasMessageContaining("maxDepth is " + Limits.DEFAULT.maxDepth());
      }
    }
  }

  private static void read(Pipe pipe, byte[] bytes, boolean throwable) {
    if (throwable) {
      pipe.to.readThrowable(new Input(bytes), pipe.new Message(), "there");
    } else {
      pipe.read(bytes);
    }
  }

  private static byte[] mutate(List<byte[]> messages, Random random) {
    byte[] bytes = mutate(messages.get(random.nextInt(messages.size())), random);
    if (random.nextInt(4) == 0) {
      byte[] other = messages.get(random.nextInt(messages.size()));
      int at = random.nextInt(bytes.length + 1);
      byte[] spliced = Arrays.copyOf(bytes, at + other.length);
      System.arraycopy(other, 0, spliced, at, other.length);
      return spliced;
    }
    return bytes;
  }

  private static byte[] mutate(byte[] original, Random random) {
    byte[] bytes = original.clone();
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes && bytes.length > 0; i++) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] = (byte) random.nextInt();
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes[at] += (byte) (random.nextBoolean() ? 1 : -1);
        case 3 -> bytes = Arrays.copyOf(bytes, at);
        default -> bytes[at] = (byte) 0xFF;
      }
    }
    return bytes;
  }
}
