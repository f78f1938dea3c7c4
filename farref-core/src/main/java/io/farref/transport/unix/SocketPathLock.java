package io.farref.transport.unix;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.observe.ProcessLock;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The exclusive right to put a socket at one path, and to remove an old one there.
 *
 * <p>It is a {@link ProcessLock} on the file {@code PATH.lock}. So a process that gets the lock
 * knows that no process listens at the path any more, without connecting to it. Lock files are
 * created and deleted only under the lock of their directory, {@code .lock}, which is held briefly
 * and never deleted: otherwise one process could lock a file that another has just deleted.
 */
public final class SocketPathLock implements AutoCloseable {
  private static final Logger LOG = System.getLogger(SocketPathLock.class.getPackageName());

  private static final String LOCK = ".lock";

  /** How long to wait for the lock of the directory. */
  private static final long DIRECTORY_TIMEOUT = TimeUnit.SECONDS.toNanos(2);

  /**
   * The paths whose locks this JVM holds; their lock files must not be opened. Guarded by itself,
   * as is every lock of a directory, since a JVM cannot lock a file twice.
   */
  @GuardedBy("itself")
  private static final Set<Path> HELD = new HashSet<>();

  private final Path path;
  private final ProcessLock lock;

  private SocketPathLock(Path path, ProcessLock lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * Gets the right, and removes the socket that a dead process left at the path.
   *
   * @param path absolute, in a {@linkplain PrivateDirectory private directory}
   * @throws BindException if another socket of this or another process has it
   */
  static SocketPathLock claim(Path path) throws IOException {
    synchronized (HELD) {
      try (ProcessLock _ = lockDirectory(path)) {
        if (HELD.contains(path)) {
          throw inUse(path);
        }
        ProcessLock lock = ProcessLock.tryAcquire(lockOf(path), StandardOpenOption.CREATE);
        if (lock == null) {
          throw inUse(path);
        }
        Files.deleteIfExists(path);
        HELD.add(path);
        return new SocketPathLock(path, lock);
      }
    }
  }

  private static BindException inUse(Path path) {
    return new BindException("another listener already uses " + path);
  }

  /**
   * Removes the socket files that dead processes left behind.
   *
   * @param prefix how the names of the files begin that are looked at
   */
  static void sweep(Path directory, String prefix) throws IOException {
    synchronized (HELD) {
      try (ProcessLock _ = lockDirectory(directory.resolve(prefix));
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
    try (ProcessLock lock = ProcessLock.tryAcquire(lockOf(path), StandardOpenOption.CREATE)) {
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

  private static ProcessLock lockDirectory(Path anyInIt) throws IOException {
    return ProcessLock.acquire(anyInIt.resolveSibling(LOCK), DIRECTORY_TIMEOUT);
  }

  /** Removes the socket and releases the right. */
  @Override
  public void close() {
    synchronized (HELD) {
      if (!HELD.remove(path)) {
        return;
      }
      try (lock;
          ProcessLock _ = lockDirectory(path)) {
        remove(path);
      } catch (IOException e) {
        LOG.log(Level.DEBUG, () -> "the next worker that starts will have to remove " + path, e);
      }
    }
  }
}
