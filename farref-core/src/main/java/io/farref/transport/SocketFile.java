package io.farref.transport;

import io.farref.time.Expiry;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The right to put a socket at one path, and to remove what lies there.
 *
 * <p>It is a lock on the file {@code PATH.lock}, which the kernel releases when the process ends,
 * however it ends. So whoever gets the lock knows that nobody listens at the path any more, without
 * asking there. Lock files come and go only under the lock of their directory, {@code .lock}, which
 * is held for moments and stays: or one process could lock a file that another has just removed.
 */
final class SocketFile implements AutoCloseable {
  private static final Logger LOG = System.getLogger("io.farref.transport");

  private static final String LOCK = ".lock";

  /** How long to wait for the lock of the directory. */
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(2);

  private static final long POLL = TimeUnit.MILLISECONDS.toNanos(1);

  /**
   * What this JVM holds; guarded by itself, as is every lock of a directory, since a JVM cannot
   * lock a file twice. A path in here is not even looked at: whoever closes any channel to a locked
   * file releases the lock that this process has on it.
   */
  private static final Set<Path> HELD = new HashSet<>();

  private final Path path;

  /** Holds the lock as long as it is open. */
  private final FileChannel lock;

  private SocketFile(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * Gets the right, and removes what a dead process left at the path.
   *
   * @param path absolute, in a {@linkplain PrivateDirectory private directory}
   * @throws BindException if somebody else has it
   */
  static SocketFile claim(Path path) throws IOException {
    synchronized (HELD) {
      try (FileChannel _ = lockDirectory(path)) {
        if (HELD.contains(path)) {
          throw inUse(path);
        }
        FileChannel lock = tryLock(path);
        if (lock == null) {
          throw inUse(path);
        }
        Files.deleteIfExists(path);
        HELD.add(path);
        return new SocketFile(path, lock);
      }
    }
  }

  private static BindException inUse(Path path) {
    return new BindException("somebody listens on " + path + " already");
  }

  /**
   * Removes the socket files that processes left behind which no longer are.
   *
   * @param prefix how the names of those begin that are looked at
   */
  static void sweep(Path directory, String prefix) throws IOException {
    synchronized (HELD) {
      try (FileChannel _ = lockDirectory(directory.resolve(prefix));
          DirectoryStream<Path> found = Files.newDirectoryStream(directory, prefix + "*" + LOCK)) {
        for (Path each : found) {
          String name = each.getFileName().toString();
          Path path = directory.resolve(name.substring(0, name.length() - LOCK.length()));
          if (!HELD.contains(path)) {
            removeIfDead(path);
          }
        }
      }
    }
  }

  private static void removeIfDead(Path path) throws IOException {
    try (FileChannel lock = tryLock(path)) {
      if (lock != null) {
        remove(path);
      }
    }
  }

  private static void remove(Path path) throws IOException {
    Files.deleteIfExists(path);
    Files.deleteIfExists(lockOf(path));
  }

  private static Path lockOf(Path path) {
    return path.resolveSibling(path.getFileName() + LOCK);
  }

  /** Null if somebody else has the lock. */
  private static @Nullable FileChannel tryLock(Path path) throws IOException {
    return tryLockFile(lockOf(path));
  }

  private static @Nullable FileChannel tryLockFile(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean locked = false;
    try {
      locked = channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      // Another class loader of this JVM has Farref too, and the lock.
      LOG.log(Level.DEBUG, () -> file + " is locked by this JVM", e);
    } finally {
      if (!locked) {
        channel.close();
      }
    }
    return locked ? channel : null;
  }

  /** Whoever stops in the middle of this must not stop all others. */
  private static FileChannel lockDirectory(Path anyInIt) throws IOException {
    Path file = anyInIt.resolveSibling(LOCK);
    Expiry deadline = Expiry.in(PATIENCE);
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        FileChannel locked = tryLockFile(file);
        if (locked != null) {
          return locked;
        }
        if (deadline.isOver()) {
          throw new IOException(
              "another process has kept the lock " + file + " for " + deadline.timeout());
        }
        LockSupport.parkNanos(POLL);
        interrupted |= Thread.interrupted();
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Removes the socket and gives the right back. */
  @Override
  public void close() {
    synchronized (HELD) {
      if (!HELD.remove(path)) {
        return;
      }
      try (lock;
          FileChannel _ = lockDirectory(path)) {
        remove(path);
      } catch (IOException e) {
        LOG.log(Level.DEBUG, () -> "the next worker that starts will have to remove " + path, e);
      }
    }
  }
}
