package io.farref.group;

import io.farref.RefusedException;
import io.farref.RpcException.Execution;
import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Output;
import io.farref.time.Durations;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A connection to a hosted store. Thread-safe; does not come back once lost. */
final class StoreClient implements AutoCloseable {
  /** How long the host may take to answer, beyond what it was asked to wait. */
  private static final long PATIENCE_NANOS = 20_000_000_000L;

  private static final int MAX_HANDSHAKE_MILLIS = 10_000;

  private final String where;
  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;

  // Writes from a thread of its own: interrupting a virtual thread that writes closes the socket.
  private final ExecutorService writer;
  private final Thread reader;
  private final AtomicLong ids = new AtomicLong();
  private final Map<Long, CompletableFuture<Input>> pending = new ConcurrentHashMap<>();
  private volatile @Nullable HostLeftException lost;

  private StoreClient(String where, Socket socket) throws IOException {
    this.where = where;
    this.socket = socket;
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 16 << 10));
    this.out = socket.getOutputStream();
    this.writer =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("farref-store-writer").factory());
    this.reader = Thread.ofPlatform().daemon().name("farref-store-reader").unstarted(this::read);
  }

  /**
   * Connects and proves to know the secret.
   *
   * @throws java.net.ConnectException if nobody listens there
   * @throws RefusedException if one side does not know the other's secret
   */
  static StoreClient connect(
      String where, InetSocketAddress address, Optional<String> secret, long timeoutNanos)
      throws IOException {
    int millis = Math.clamp(timeoutNanos / 1_000_000, 1, MAX_HANDSHAKE_MILLIS);
    Socket socket = new Socket();
    try {
      socket.connect(address, millis);
      if (socket.getLocalSocketAddress().equals(socket.getRemoteSocketAddress())) {
        // TCP lets a socket connect to itself if it happens to get the port that it looks for.
        throw new java.net.ConnectException("Connection refused");
      }
      socket.setTcpNoDelay(true);
      socket.setKeepAlive(true);
      socket.setSoTimeout(millis);
      StoreClient client = new StoreClient(where, socket);
      client.shakeHands(new StoreHandshake(secret));
      socket.setSoTimeout(0);
      client.reader.start();
      return client;
    } catch (MalformedException e) {
      socket.close();
      throw new IOException(
          "what listens at " + where + " is no Farref store: it sent " + e.getMessage(), e);
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private void shakeHands(StoreHandshake handshake) throws IOException {
    byte[] own = handshake.hello();
    writeFrame(own);
    byte[] host = readFrame(StoreProtocol.MAX_HANDSHAKE_FRAME);
    if (StoreHandshake.objection(own, host).isEmpty()) {
      writeFrame(handshake.proof(StoreHandshake.Role.USER, own, host));
    }
    Input verdict = new Input(readFrame(StoreProtocol.MAX_HANDSHAKE_FRAME));
    if (verdict.readUnsignedByte() != StoreHandshake.WELCOME) {
      throw new RefusedException(
          "the store at " + where + " refused this worker: " + verdict.readUtf8(),
          Execution.NOT_EXECUTED);
    }
    if (!handshake.verify(StoreHandshake.readProof(verdict), StoreHandshake.Role.HOST, own, host)) {
      throw new RefusedException(
          "wrong secret: the host of the store at " + where + " does not know this worker's secret",
          Execution.NOT_EXECUTED);
    }
  }

  private void writeFrame(byte[] content) throws IOException {
    Output frame = StoreProtocol.frame();
    frame.writeBytes(content, 0, content.length);
    out.write(StoreProtocol.seal(frame));
  }

  private byte[] readFrame(int max) throws IOException {
    int length = StoreProtocol.checkFrame(Integer.reverseBytes(in.readInt()), max);
    byte[] frame = in.readNBytes(length);
    if (frame.length < length) {
      throw new EOFException();
    }
    return frame;
  }

  boolean isLost() {
    return lost != null;
  }

  /**
   * Asks the host for something.
   *
   * @param waitNanos how long it may wait with the answer
   * @return the result
   * @throws HostLeftException if the connection is or gets lost
   */
  Input call(int operation, Consumer<Output> arguments, long waitNanos) throws IOException {
    long id = ids.incrementAndGet();
    Output frame = StoreProtocol.frame();
    frame.writeVarLong(id);
    frame.writeByte(operation);
    arguments.accept(frame);
    if (frame.size() - Integer.BYTES > StoreProtocol.MAX_REQUEST) {
      throw new IOException(
          "a request of "
              + frame.size()
              + " bytes to the store at "
              + where
              + ", the limit is "
              + StoreProtocol.MAX_REQUEST);
    }
    byte[] bytes = StoreProtocol.seal(frame);
    CompletableFuture<Input> answer = new CompletableFuture<>();
    pending.put(id, answer);
    try {
      // Between the two: whoever loses the connection sees what was put or is seen here, and an
      // answer that came before the loss counts.
      checkConnected();
      writer.execute(() -> write(bytes));
      return answer.get(PATIENCE_NANOS + waitNanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      checkConnected();
      throw new HostLeftException("the connection to the store at " + where + " is closed", true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the store at " + where);
    } catch (TimeoutException e) {
      lose(
          "the host of the store at "
              + where
              + " has not answered for "
              + Durations.format(PATIENCE_NANOS),
          false);
      throw checkConnected();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof HostLeftException) {
        throw checkConnected();
      }
      throw new IOException("the store at " + where + " did not answer: " + e.getCause(), e);
    } finally {
      pending.remove(id);
    }
  }

  /** Throws if the connection is lost. */
  private HostLeftException checkConnected() throws HostLeftException {
    HostLeftException reason = lost;
    if (reason != null) {
      HostLeftException own =
          new HostLeftException(String.valueOf(reason.getMessage()), reason.isGraceful());
      own.initCause(reason);
      throw own;
    }
    return new HostLeftException("the connection to the store at " + where + " was lost", false);
  }

  private void write(byte[] bytes) {
    try {
      out.write(bytes);
    } catch (IOException e) {
      lose("the connection to the store at " + where + " broke: " + e.getMessage(), false);
    }
  }

  private void read() {
    try {
      while (true) {
        Input frame = new Input(readFrame(StoreProtocol.MAX_REPLY));
        long id = frame.readVarLong();
        int status = frame.readUnsignedByte();
        if (status == StoreProtocol.GOODBYE) {
          lose("the worker that hosted the store at " + where + " closed it", true);
          return;
        }
        CompletableFuture<Input> answer = pending.get(id);
        if (answer != null) {
          if (status == StoreProtocol.DONE) {
            answer.complete(frame);
          } else {
            answer.completeExceptionally(
                new IOException("the store at " + where + " says: " + frame.readUtf8()));
          }
        }
      }
    } catch (IOException e) {
      lose(
          "the worker that hosted the store at "
              + where
              + " died or was cut off"
              + (e instanceof EOFException ? "" : " (" + e.getMessage() + ")"),
          false);
    } catch (MalformedException e) {
      lose("the host of the store at " + where + " sent " + e.getMessage(), false);
    }
  }

  private synchronized void lose(String why, boolean graceful) {
    if (lost == null) {
      HostLeftException reason = new HostLeftException(why, graceful);
      lost = reason;
      writer.shutdown();
      closeSocket();
      for (var answer : new ArrayList<>(pending.values())) {
        answer.completeExceptionally(reason);
      }
    }
  }

  private void closeSocket() {
    try {
      socket.close();
    } catch (IOException e) {
      System.getLogger("io.farref.group")
          .log(System.Logger.Level.DEBUG, "closing the connection to the store at " + where, e);
    }
  }

  /** Ends the connection and its threads; what was asked before is sent. */
  @Override
  public void close() {
    writer.shutdown();
    boolean interrupted = false;
    try {
      if (!writer.awaitTermination(1, TimeUnit.SECONDS)) {
        closeSocket();
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    lose("the connection to the store at " + where + " was closed here", true);
    while (reader.isAlive()) {
      try {
        reader.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
