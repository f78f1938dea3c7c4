package io.farref.transport.shm;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The first message of the dialer on the socket: where the memory is that it has created. The
 * acceptor answers {@link #ACCEPTED}; or it answers another byte and the reason in UTF-8, and
 * closes the socket.
 *
 * @param pid the process that the descriptor belongs to
 * @param fd the descriptor of the memory
 * @param capacity how many bytes each ring holds
 * @param token the first bytes of the memory: in another name space the same process id may mean
 *     another process
 */
record ShmHello(long pid, int fd, int capacity, byte[] token) {
  static final int SIZE = 4 + 4 + 8 + 4 + 4 + ShmLayout.TOKEN_SIZE;
  static final byte ACCEPTED = 1;
  static final byte REFUSED = 2;

  /** The greatest length of a reason. */
  static final int MAX_REASON = 1024;

  private static final int MAGIC = 0x46725368; // FrSh
  private static final int VERSION = 1;

  static final int MIN_CAPACITY = 1 << 12;
  static final int MAX_CAPACITY = 1 << 28;

  ByteBuffer encode() {
    return ByteBuffer.allocate(SIZE)
        .putInt(MAGIC)
        .putInt(VERSION)
        .putLong(pid)
        .putInt(fd)
        .putInt(capacity)
        .put(token)
        .flip();
  }

  /**
   * Reads a complete message.
   *
   * @throws IOException if it is not from a process that speaks this version
   */
  static ShmHello decode(ByteBuffer from) throws IOException {
    int magic = from.getInt();
    int version = from.getInt();
    if (magic != MAGIC || version != VERSION) {
      throw new IOException(
          "a connection to shared memory begins with %08x %d, not with %08x %d"
              .formatted(magic, version, MAGIC, VERSION));
    }
    long pid = from.getLong();
    int fd = from.getInt();
    int capacity = from.getInt();
    checkCapacity(capacity);
    byte[] token = new byte[ShmLayout.TOKEN_SIZE];
    from.get(token);
    return new ShmHello(pid, fd, capacity, token);
  }

  private static void checkCapacity(int capacity) throws IOException {
    if (!isCapacity(capacity)) {
      throw new IOException("rings of " + capacity + " bytes");
    }
  }

  static boolean isCapacity(int capacity) {
    return capacity >= MIN_CAPACITY && capacity <= MAX_CAPACITY && Integer.bitCount(capacity) == 1;
  }
}
