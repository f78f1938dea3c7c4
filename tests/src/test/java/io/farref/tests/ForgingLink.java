package io.farref.tests;

import io.farref.bytes.Input;
import io.farref.spi.Link;
import io.farref.wire.CallHead;
import io.farref.wire.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The link of a malicious worker: the test adds frames and changes those of the worker. */
final class ForgingLink implements Link {
  private static final int HEAD = Integer.BYTES + 1;

  /** A frame without its head. */
  record Received(byte kind, Input payload) {}

  private final Link below;
  private final String dialer = Thread.currentThread().getName();
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private volatile Consumer<ByteBuffer> tables = _ -> {};
  private volatile BiConsumer<Byte, ByteBuffer> frames = (_, _) -> {};

  ForgingLink(Link below) {
    this.below = below;
  }

  boolean isOf(String worker) {
    return dialer.startsWith("farref-" + worker + "-");
  }

  /** Sends a frame that the worker did not write. */
  synchronized void say(byte[] frame) throws IOException {
    below.write(new ByteBuffer[] {ByteBuffer.wrap(frame)}, 0, 1);
  }

  /** From now on changes the trailer of each call, in place. */
  void changeTables(Consumer<ByteBuffer> change) {
    tables = change;
  }

  /** From now on changes the payload of each frame of a kind, in place. */
  void changeFrames(byte kind, Consumer<ByteBuffer> change) {
    frames =
        (each, payload) -> {
          if (each == kind) {
            change.accept(payload);
          }
        };
  }

  /** All bytes of the other side, handshake included. */
  synchronized List<Received> received() {
    List<Received> frames = new ArrayList<>();
    byte[] all = received.toByteArray();
    ByteBuffer bytes = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
    int at = 0;
    while (all.length - at >= HEAD && all.length - at - Integer.BYTES >= bytes.getInt(at)) {
      int length = bytes.getInt(at);
      frames.add(new Received(all[at + Integer.BYTES], new Input(all, at + HEAD, length - 1)));
      at += Integer.BYTES + length;
    }
    return frames;
  }

  @Override
  public int read(ByteBuffer dst, long timeoutNanos) throws IOException {
    int from = dst.position();
    int count = below.read(dst, timeoutNanos);
    synchronized (this) {
      for (int i = from; i < dst.position(); i++) {
        received.write(dst.get(i));
      }
    }
    return count;
  }

  @Override
  public void wakeup() {
    below.wakeup();
  }

  @Override
  public synchronized boolean write(ByteBuffer[] srcs, int offset, int length, long timeoutNanos)
      throws IOException {
    for (int i = offset; i < offset + length; i++) {
      change(srcs[i].duplicate().order(ByteOrder.LITTLE_ENDIAN));
    }
    return below.write(srcs, offset, length, timeoutNanos);
  }

  private void change(ByteBuffer bytes) {
    while (bytes.remaining() >= HEAD) {
      int end = bytes.position() + Integer.BYTES + bytes.getInt(bytes.position());
      byte kind = bytes.get(bytes.position() + Integer.BYTES);
      int payload = bytes.position() + HEAD;
      if (kind == Frame.CALL && (bytes.get(payload) & CallHead.TABLES) != 0) {
        int size = bytes.getInt(end - Integer.BYTES);
        tables.accept(bytes.slice(end - Integer.BYTES - size, size));
      }
      frames.accept(kind, bytes.slice(payload, end - payload));
      bytes.position(end);
    }
  }

  @Override
  public String remoteAddress() {
    return below.remoteAddress();
  }

  @Override
  public void close() {
    below.close();
  }
}
