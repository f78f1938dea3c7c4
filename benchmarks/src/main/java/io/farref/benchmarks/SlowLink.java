package io.farref.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/** A TCP proxy that holds every byte back for a while, in each direction. */
final class SlowLink implements AutoCloseable {
  private static final Piece END = new Piece(new byte[0], 0);

  private final ServerSocket listener;
  private final int target;
  private final long delayNanos;

  /** The bytes of one read, and when they are due at the other end. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Piece(byte[] bytes, long due) {}

  private SlowLink(ServerSocket listener, int target, long delayNanos) {
    this.listener = listener;
    this.target = target;
    this.delayNanos = delayNanos;
  }

  /** To this port, on loopback. */
  static SlowLink open(int target, Duration oneWay) throws IOException {
    ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    SlowLink link = new SlowLink(listener, target, oneWay.toNanos());
    start("slow-link-accept", link::accept);
    return link;
  }

  /** Where to connect to. */
  int port() {
    return listener.getLocalPort();
  }

  private interface Step {
    void run() throws IOException, InterruptedException;
  }

  /** A connection that breaks ends on both sides; its peers notice and say so. */
  private static void start(String name, Step step) {
    Thread.ofPlatform()
        .daemon()
        .name(name)
        .start(
            () -> {
              try {
                step.run();
              } catch (IOException e) {
                // the connection, or the proxy, was closed
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
  }

  private void accept() throws IOException {
    while (true) {
      Socket near = listener.accept();
      Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
      near.setTcpNoDelay(true);
      far.setTcpNoDelay(true);
      carry(near, far);
      carry(far, near);
    }
  }

  private void carry(Socket from, Socket to) {
    BlockingQueue<Piece> travelling = new LinkedBlockingQueue<>();
    start("slow-link-read", () -> read(from, travelling));
    start("slow-link-write", () -> write(travelling, to));
  }

  private void read(Socket from, BlockingQueue<Piece> travelling)
      throws IOException, InterruptedException {
    byte[] buffer = new byte[1 << 16];
    try {
      InputStream in = from.getInputStream();
      for (int count; (count = in.read(buffer)) >= 0; ) {
        travelling.put(new Piece(Arrays.copyOf(buffer, count), System.nanoTime() + delayNanos));
      }
    } finally {
      travelling.put(END);
    }
  }

  private static void write(BlockingQueue<Piece> travelling, Socket to)
      throws IOException, InterruptedException {
    try (to) {
      OutputStream out = to.getOutputStream();
      for (Piece piece; (piece = travelling.take()) != END; ) {
        for (long wait; (wait = piece.due - System.nanoTime()) > 0; ) {
          LockSupport.parkNanos(wait);
        }
        out.write(piece.bytes);
      }
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
