package io.farref.transport.shm;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The memory of one connection, mapped into this process. It has no name in any file system, so the
 * kernel frees it when both processes have unmapped it or ended, in whatever way.
 *
 * <p>Once it is unmapped, every access throws {@link IllegalStateException}. A system call that was
 * given an address in it would not notice, so a caller {@linkplain #retain retains} the memory
 * during such a call.
 */
final class SharedMemory {
  private final Arena arena;
  private final MemorySegment segment;
  private final int capacity;

  /** One for the link until it is closed, and one for each system call with an address. */
  private final AtomicInteger users = new AtomicInteger(1);

  private SharedMemory(Arena arena, MemorySegment segment, int capacity) {
    this.arena = arena;
    this.segment = segment;
    this.capacity = capacity;
  }

  /** New memory, which other processes can open as long as {@code fd} is open. */
  record Made(SharedMemory memory, int fd) {}

  /**
   * Creates memory for two rings.
   *
   * @param token by which the other process recognizes the memory
   */
  static Made make(int capacity, byte[] token) throws IOException {
    int fd = Syscalls.createMemory("farref", ShmLayout.size(capacity));
    boolean mapped = false;
    try {
      SharedMemory memory = map(fd, capacity);
      MemorySegment.copy(
          token, 0, memory.segment, ValueLayout.JAVA_BYTE, ShmLayout.TOKEN, ShmLayout.TOKEN_SIZE);
      mapped = true;
      return new Made(memory, fd);
    } finally {
      if (!mapped) {
        Syscalls.close(fd);
      }
    }
  }

  /**
   * Maps memory that another process has created.
   *
   * @throws IOException if it is not the memory that the other process described, or if its size
   *     can still be changed: an access beyond its end would kill this process
   */
  static SharedMemory open(long pid, int fdThere, int capacity, byte[] token) throws IOException {
    String path = "/proc/" + pid + "/fd/" + fdThere;
    int fd = Syscalls.openMemory(path);
    try {
      if (!Syscalls.isSealed(fd)) {
        throw new IOException(path + " is not sealed memory");
      }
      SharedMemory memory = map(fd, capacity);
      byte[] found =
          memory
              .segment
              .asSlice(ShmLayout.TOKEN, ShmLayout.TOKEN_SIZE)
              .toArray(ValueLayout.JAVA_BYTE);
      if (!Arrays.equals(found, token)) {
        memory.release();
        throw new IOException(
            path + " is not the memory of the process that asks: do both see the same /proc?");
      }
      return memory;
    } finally {
      Syscalls.close(fd);
    }
  }

  private static SharedMemory map(int fd, int capacity) throws IOException {
    long size = ShmLayout.size(capacity);
    Path path = Path.of("/proc/self/fd/" + fd);
    Arena arena = Arena.ofShared();
    boolean mapped = false;
    try (FileChannel file =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      if (file.size() != size) {
        throw new IOException("shared memory of " + file.size() + " bytes instead of " + size);
      }
      var memory = new SharedMemory(arena, file.map(MapMode.READ_WRITE, 0, size, arena), capacity);
      mapped = true;
      return memory;
    } finally {
      if (!mapped) {
        arena.close();
      }
    }
  }

  MemorySegment segment() {
    return segment;
  }

  /** How many bytes each ring holds. */
  int capacity() {
    return capacity;
  }

  /** Keeps the memory mapped until {@link #release}; returns false if it is unmapped already. */
  boolean retain() {
    int now;
    do {
      now = users.get();
      if (now == 0) {
        return false;
      }
    } while (!users.compareAndSet(now, now + 1));
    return true;
  }

  /** Releases the memory; the last release unmaps it. */
  void release() {
    if (users.decrementAndGet() == 0) {
      arena.close();
    }
  }
}
