package io.farref.benchmarks.peers;

import io.farref.benchmarks.Check;
import io.farref.benchmarks.Client;
import io.farref.benchmarks.Contender;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.KnownLength;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** gRPC-java, with byte arrays for messages. */
public final class Grpc implements Contender {
  private static final MethodDescriptor<byte[], byte[]> ADD = method("add");
  private static final MethodDescriptor<byte[], byte[]> TAKE = method("take");

  private static MethodDescriptor<byte[], byte[]> method(String name) {
    return MethodDescriptor.newBuilder(Bytes.MARSHALLER, Bytes.MARSHALLER)
        .setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName(MethodDescriptor.generateFullMethodName("desk", name))
        .build();
  }

  /** A message as it is; that it tells its length spares gRPC a copy. */
  private static final class Bytes extends ByteArrayInputStream implements KnownLength {
    static final MethodDescriptor.Marshaller<byte[]> MARSHALLER =
        new MethodDescriptor.Marshaller<>() {
          @Override
          public InputStream stream(byte[] message) {
            return new Bytes(message);
          }

          @Override
          public byte[] parse(InputStream stream) {
            try {
              return stream instanceof KnownLength
                  ? stream.readNBytes(stream.available())
                  : stream.readAllBytes();
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };

    Bytes(byte[] message) {
      super(message);
    }
  }

  private static byte[] encode(int number) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
  }

  private static int decode(byte[] message) {
    return ByteBuffer.wrap(message).getInt();
  }

  private static void answer(StreamObserver<byte[]> caller, int number) {
    caller.onNext(encode(number));
    caller.onCompleted();
  }

  @Override
  public String name() {
    return "grpc";
  }

  @Override
  public String about() {
    return "gRPC-java: HTTP/2 over TCP, plain text, Netty (epoll), one channel, byte arrays for"
        + " messages, direct executors on both sides; many in flight: asynchronous calls from one"
        + " thread; no objects";
  }

  @Override
  public List<String> workloads() {
    return List.of("latency", "throughput", "payload");
  }

  @Override
  public String serve() throws IOException {
    ServerServiceDefinition desk =
        ServerServiceDefinition.builder("desk")
            .addMethod(
                ADD,
                ServerCalls.asyncUnaryCall(
                    (byte[] message, StreamObserver<byte[]> caller) -> {
                      ByteBuffer numbers = ByteBuffer.wrap(message);
                      answer(caller, numbers.getInt() + numbers.getInt());
                    }))
            .addMethod(
                TAKE,
                ServerCalls.asyncUnaryCall(
                    (byte[] message, StreamObserver<byte[]> caller) ->
                        answer(caller, message.length)))
            .build();
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(desk)
            .directExecutor()
            .maxInboundMessageSize(Integer.MAX_VALUE)
            .build()
            .start();
    return String.valueOf(server.getPort());
  }

  @Override
  public Client connect(String address) {
    return new Caller(
        NettyChannelBuilder.forAddress("127.0.0.1", Integer.parseInt(address))
            .usePlaintext()
            .directExecutor()
            .build());
  }

  private record Caller(ManagedChannel channel) implements Client {
    private static byte[] numbers(int a, int b) {
      return ByteBuffer.allocate(2 * Integer.BYTES).putInt(a).putInt(b).array();
    }

    @Override
    public int add(int a, int b) {
      return decode(
          ClientCalls.blockingUnaryCall(channel, ADD, CallOptions.DEFAULT, numbers(a, b)));
    }

    @Override
    public long calls(int inFlight, long nanos) {
      return Client.async(inFlight, nanos, (a, b) -> addLater(channel, a, b));
    }

    private static CompletableFuture<Integer> addLater(Channel channel, int a, int b) {
      CompletableFuture<Integer> sum = new CompletableFuture<>();
      ClientCalls.asyncUnaryCall(
          channel.newCall(ADD, CallOptions.DEFAULT), numbers(a, b), new Answer(sum));
      return sum;
    }

    @Override
    public Transfer payload(int size) {
      byte[] payload = new byte[size];
      return () ->
          Check.equal(
              decode(ClientCalls.blockingUnaryCall(channel, TAKE, CallOptions.DEFAULT, payload)),
              size);
    }

    @Override
    public void close() {
      channel.shutdownNow();
    }
  }

  private record Answer(CompletableFuture<Integer> sum) implements StreamObserver<byte[]> {
    @Override
    public void onNext(byte[] message) {
      sum.complete(decode(message));
    }

    @Override
    public void onError(Throwable failure) {
      sum.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
      // the answer was there before
    }
  }
}
