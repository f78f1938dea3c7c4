package io.farref.observe;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A lock on a file, which this process holds until it closes the lock or ends, however it ends. So
 * a process that gets the lock knows that the one which had it before is done or dead.
 *
 * <p>A JVM must not open a file that it has locked: when a process closes any descriptor of a file,
 * POSIX releases all locks that the process holds on that file, through whatever descriptor it got
 * them. The JDK opens and closes a file also to set its times. Nor can a JVM lock a file twice. So
 * each user of this class knows which files its JVM has locked, and leaves them alone.
 */
public final class ProcessLock implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ProcessLock.class.getPackageName());

  private static final long MIN_PAUSE_NANOS = 500_000;
  private static final long MAX_PAUSE_NANOS = 16_000_000;

  private final FileChannel channel;

  private ProcessLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Locks a file, unless another process has locked it.
   *
   * @param creation whether to create the file; without an option it must exist
   * @return null if another process holds the lock
   */
  public static @Nullable ProcessLock tryAcquire(Path file, StandardOpenOption... creation)
      throws IOException {
    OpenOption[] options = Arrays.copyOf(creation, creation.length + 1, OpenOption[].class);
    options[creation.length] = StandardOpenOption.WRITE;
    FileChannel channel = FileChannel.open(file, options);
    boolean locked = false;
    try {
      locked = channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      // Another class loader of this JVM has loaded Farref too, and holds the lock.
      LOG.log(Level.DEBUG, () -> file + " is locked by this JVM", e);
    } finally {
      if (!locked) {
        channel.close();
      }
    }
    return locked ? new ProcessLock(channel) : null;
  }

  /**
   * Waits for the lock on a file, which is created if need be and may be deleted by the process
   * that holds the lock. An interrupt does not end the wait; the thread keeps its flag.
   *
   * @param timeoutNanos how long to wait, so that a process that stops while it holds the lock does
   *     not stop all others; negative waits without limit
   * @throws IOException if the time passes
   */
  public static ProcessLock acquire(Path file, long timeoutNanos) throws IOException {
    long start = System.nanoTime();
    long pause = MIN_PAUSE_NANOS;
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        Object before = fileKey(file);
        ProcessLock lock = tryAcquire(file, StandardOpenOption.CREATE);
        if (lock != null && Objects.equals(before, fileKey(file))) {
          return lock;
        }
        if (lock != null) {
          // The file did not exist before, or another process has deleted the one locked here.
          lock.close();
          continue;
        }
        long waited = System.nanoTime() - start;
        if (timeoutNanos >= 0 && waited >= timeoutNanos) {
          throw new IOException(
              file
                  + " has been locked by another process for "
                  + TimeUnit.NANOSECONDS.toMillis(waited)
                  + " ms");
        }
        LockSupport.parkNanos(pause / 2 + ThreadLocalRandom.current().nextLong(pause));
        pause = Math.min(2 * pause, MAX_PAUSE_NANOS);
        interrupted |= Thread.interrupted();
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Tells a file from another of the same name; null where there is no file or no such key. */
  private static @Nullable Object fileKey(Path path) throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** Sets the file's time of last modification to now. */
  public void touch() throws IOException {
    channel.write(ByteBuffer.allocate(1), 0);
  }

  /** Releases the lock; the file stays. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
