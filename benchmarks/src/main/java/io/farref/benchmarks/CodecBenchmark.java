package io.farref.benchmarks;

import io.farref.Limits;
import io.farref.Peer;
import io.farref.RRef;
import io.farref.RemoteCallable;
import io.farref.bytes.Input;
import io.farref.bytes.Memory;
import io.farref.bytes.Output;
import io.farref.codec.AllowList;
import io.farref.codec.Codec;
import io.farref.codec.InboundMessage;
import io.farref.codec.InboundSymbols;
import io.farref.codec.OutboundMessage;
import io.farref.codec.OutboundSymbols;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Values to bytes and back, on a connection that has seen their classes before. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CodecBenchmark {
  /** The value that is encoded and decoded. */
  public enum Kind {
    /** A boxed number. */
    INTEGER,
    /** A lambda that captured a number, as in a small call. */
    LAMBDA,
    /** A record of a few fields. */
    RECORD,
    /** A class with a field of its own and two of its superclass. */
    OBJECT,
    /** A map of a hundred strings to numbers. */
    MAP,
    /** A thousand records. */
    RECORDS,
    /** Bytes that travel in the message. */
    BYTES,
    /** An exception with a stack trace. */
    THROWABLE
  }

  record Point(int x, int y, String label, double weight) {}

  @SuppressWarnings("UnusedVariable") // read by the codec
  private static class Base {
    private final long id = 42;
    private final String name = "base";
  }

  @SuppressWarnings("UnusedVariable") // read by the codec
  private static final class Derived extends Base {
    private final int[] numbers = {1, 2, 3};
  }

  /** Which value. */
  @Param public Kind kind = Kind.INTEGER;

  private final Codec codec =
      new Codec(
          new AllowList(List.of("io.farref.benchmarks"), false),
          Limits.DEFAULT,
          List.of(),
          CodecBenchmark.class.getClassLoader());
  private final Connection connection = new Connection();
  private final Output out = new Output(64);
  private Object value = 0;
  private byte[] bytes = {};

  /** Makes the value and its bytes. */
  @Setup
  public void setUp() {
    value = make(kind);
    bytes = write();
    if (read() == null) {
      throw new IllegalStateException(kind + " did not arrive");
    }
    System.out.println(kind + ": " + bytes.length + " bytes");
  }

  private static Object make(Kind kind) {
    int captured = 7;
    RemoteCallable<Integer, RuntimeException> lambda = () -> captured + 1;
    return switch (kind) {
      case INTEGER -> 12_345;
      case LAMBDA -> lambda;
      case RECORD -> point(1);
      case OBJECT -> new Derived();
      case MAP ->
          IntStream.range(0, 100).boxed().collect(Collectors.toMap(i -> "key" + i, i -> i * i));
      case RECORDS -> IntStream.range(0, 1000).mapToObj(CodecBenchmark::point).toList();
      case BYTES -> new byte[1000];
      case THROWABLE -> new IllegalStateException("broken", new RuntimeException("deep"));
    };
  }

  private static Point point(int i) {
    return new Point(i, -i, "point " + i, i / 3.0);
  }

  /** To bytes. */
  @Benchmark
  public byte[] write() {
    out.truncate(0);
    codec.write(value, out, connection);
    return out.toByteArray();
  }

  /** From bytes. */
  @Benchmark
  public @Nullable Object read() {
    return codec.read(new Input(bytes), connection);
  }

  /**
   * Both ends of a connection; the values of the benchmark have no references and no out-of-band
   * buffers.
   */
  private static final class Connection implements OutboundMessage, InboundMessage {
    private final InboundSymbols inbound = new InboundSymbols(1 << 16);
    private final OutboundSymbols outbound = new OutboundSymbols(inbound::define, 1 << 16);

    @Override
    public int symbol(Object key, Supplier<byte[]> definition) {
      return outbound.idOf(key, definition);
    }

    @Override
    public <T> T symbol(int id, Function<byte[], T> resolver) {
      return inbound.resolve(id, resolver);
    }

    @Override
    public int reference(RRef<?> ref) {
      throw new UnsupportedOperationException();
    }

    @Override
    public RRef<?> reference(int index) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int worker(Peer peer) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Peer peer(int workerId) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int attachment(MemorySegment bytes, Memory there) {
      throw new UnsupportedOperationException();
    }

    @Override
    public MemorySegment attachment(int index) {
      throw new UnsupportedOperationException();
    }
  }
}
