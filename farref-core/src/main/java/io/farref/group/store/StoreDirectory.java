package io.farref.group.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.observe.FailureText;
import io.farref.observe.ProcessLock;
import io.farref.time.Durations;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A directory that holds a store, as this JVM uses it. Thread-safe.
 *
 * <p>The directory has
 *
 * <ul>
 *   <li>{@code farref.lock}: locked around every change;
 *   <li>{@code farref.state}: the {@link StoreData}, replaced as a whole by renaming;
 *   <li>{@code farref.session.ID}, one per JVM that uses it: locked as long as that JVM lives, so
 *       that the operating system tells which JVMs are dead.
 * </ul>
 *
 * <p>There is one area per JVM and directory, because a JVM must not open a file that it has
 * locked, see {@link ProcessLock}. One thread does all work on files, because interrupting a thread
 * that works on a channel closes the channel.
 */
final class StoreDirectory {
  private static final System.Logger LOG = System.getLogger(StoreDirectory.class.getPackageName());
  private static final String LOCK = "farref.lock";
  private static final String STATE = "farref.state";
  private static final String SESSION = "farref.session.";
  private static final long SWEEP_MILLIS = 500;

  @GuardedBy("AREAS")
  private static final Map<Path, StoreDirectory> AREAS = new HashMap<>();

  private final Path directory;
  private final String session = UUID.randomUUID().toString();
  private final ExecutorService thread;
  private final Object changes = new Object();

  @GuardedBy("changes")
  private long stamp;

  @GuardedBy("AREAS")
  private int users;

  // Used by the file thread only.
  private final Duration lockTimeout;
  private final StateFile state;
  private @Nullable ProcessLock sessionLock;

  private StoreDirectory(Path directory, Duration lockTimeout) {
    this.directory = directory;
    this.lockTimeout = lockTimeout;
    this.state = new StateFile(directory.resolve(STATE), session);
    this.thread =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform()
                .daemon()
                .name("farref-jvm-store-file")
                .uncaughtExceptionHandler(this::failed)
                .factory());
  }

  /**
   * Enters a directory, which is made if need be. Pair with {@link #release}.
   *
   * @param lockTimeout how long to wait for the lock of another process; zero is no limit
   */
  static StoreDirectory acquire(Path directory, Duration lockTimeout) throws IOException {
    makeDirectory(directory);
    Path real = directory.toRealPath();
    synchronized (AREAS) {
      StoreDirectory area = AREAS.get(real);
      if (area == null) {
        area = new StoreDirectory(real, lockTimeout);
        boolean entered = false;
        try {
          area.onThread(area::enter);
          entered = true;
        } finally {
          if (!entered) {
            area.giveUp();
          }
        }
        AREAS.put(real, area);
      }
      area.users++;
      return area;
    }
  }

  /** Leaves nothing of an attempt to enter the directory that has failed. */
  private void giveUp() {
    try {
      onThread(() -> locked(_ -> leave()));
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.DEBUG, "could not clean up the store " + this, e);
    } finally {
      thread.shutdown();
    }
  }

  /** Never called for work that fails: the thread that waits for the work learns that. */
  private void failed(Thread which, Throwable cause) {
    LOG.log(
        Level.ERROR, "the store " + this + ": its thread " + which.getName() + " failed", cause);
  }

  /**
   * Removes the keys of an owner. The last user in this JVM leaves the directory, the last user of
   * all empties it.
   */
  void release(String owner) {
    synchronized (AREAS) {
      users--;
      boolean last = users == 0;
      try {
        onThread(
            () ->
                locked(
                    _ -> {
                      try {
                        return state.change(data -> data.removeOwner(owner));
                      } finally {
                        if (last) {
                          leave();
                        }
                      }
                    }));
      } catch (IOException e) {
        // The next process to open the directory finds this session's lock free and cleans up.
        LOG.log(Level.WARNING, "could not clean up the store " + this, e);
      } finally {
        if (last) {
          AREAS.remove(directory);
          thread.shutdown();
        }
      }
      signal();
    }
  }

  String session() {
    return session;
  }

  /** Looks at the store as it is now. The data must not be used after that. */
  <R> R read(Function<StoreData, R> look) throws IOException {
    return onThread(() -> state.read(look));
  }

  /** Changes the store. */
  <R> R update(Function<StoreData, R> action) throws IOException {
    R result = onThread(() -> locked(_ -> state.change(action)));
    signal();
    return result;
  }

  /**
   * Removes the keys of dead processes, unless some process has just done so: every process that
   * waits for a change calls this, and one of them at a time is enough.
   */
  void sweep() throws IOException {
    if (onThread(() -> isSweepDue() && locked(lock -> isSweepDue() && removeDead(lock)))) {
      signal();
    }
  }

  /** The number of changes that this JVM has made. */
  long stamp() {
    synchronized (changes) {
      return stamp;
    }
  }

  /**
   * Waits for the time given, or until this JVM makes a change that {@code seen} does not count.
   */
  void pause(long seen, long nanos) throws InterruptedIOException {
    long deadline = System.nanoTime() + nanos;
    synchronized (changes) {
      for (long left = nanos; left > 0 && stamp == seen; left = deadline - System.nanoTime()) {
        try {
          changes.wait(left / 1_000_000, (int) (left % 1_000_000));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new InterruptedIOException("interrupted while waiting for a change in " + this);
        }
      }
    }
  }

  @Override
  public String toString() {
    return directory.toUri().toString();
  }

  private void signal() {
    synchronized (changes) {
      stamp++;
      changes.notifyAll();
    }
  }

  private <R> R onThread(Callable<R> work) throws IOException {
    Future<R> future = thread.submit(work);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return future.get();
        } catch (InterruptedException e) {
          // Work on files is short, and not to know whether a change was made would be worse than a
          // late interrupt.
          interrupted = true;
        } catch (ExecutionException e) {
          switch (e.getCause()) {
            case IOException io -> throw new IOException(io.getMessage(), io);
            case RuntimeException failure -> throw failure;
            case null -> throw new IOException("the store " + this + " failed", e);
            case Throwable failure ->
                throw new IOException(
                    "the store " + this + " failed: " + FailureText.of(failure), failure);
          }
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  // The methods from here on run on the file thread.

  private boolean enter() throws IOException {
    return locked(
        _ -> {
          Path path = directory.resolve(SESSION + session);
          sessionLock = ProcessLock.tryAcquire(path, StandardOpenOption.CREATE_NEW);
          if (sessionLock == null) {
            throw new IOException("cannot lock " + path + ": does its file system have locks?");
          }
          if (Files.exists(directory.resolve(STATE)) && !isShared()) {
            // Processes that were killed have left this state.
            Files.delete(directory.resolve(STATE));
          }
          return true;
        });
  }

  private boolean leave() throws IOException {
    ProcessLock lock = sessionLock;
    if (lock != null) {
      lock.close();
      sessionLock = null;
    }
    Files.deleteIfExists(directory.resolve(SESSION + session));
    if (!isShared()) {
      try {
        Files.deleteIfExists(directory.resolve(STATE));
      } finally {
        Files.deleteIfExists(directory.resolve(LOCK));
      }
    }
    return true;
  }

  /** The time of the lock file is that of the last sweep. */
  private boolean isSweepDue() throws IOException {
    try {
      long last = Files.getLastModifiedTime(directory.resolve(LOCK)).toMillis();
      long age = System.currentTimeMillis() - last;
      return age < 0 || age >= SWEEP_MILLIS; // a time ahead of this clock says nothing
    } catch (NoSuchFileException e) {
      return true;
    }
  }

  private boolean removeDead(ProcessLock lock) throws IOException {
    lock.touch();
    Set<String> live = liveSessions();
    live.add(session);
    return state.change(
        data -> {
          boolean changed = false;
          for (String owner : data.owners()) {
            if (!live.contains(owner.substring(0, Math.max(0, owner.indexOf('/'))))) {
              changed |= data.removeOwner(owner);
            }
          }
          return changed;
        });
  }

  /** The other processes that use the directory; the files of dead ones are deleted. */
  private Set<String> liveSessions() throws IOException {
    Set<String> live = new TreeSet<>();
    for (String id : otherSessions()) {
      if (isLive(id)) {
        live.add(id);
      }
    }
    return live;
  }

  /** Whether another process uses the directory. */
  private boolean isShared() throws IOException {
    for (String id : otherSessions()) {
      if (isLive(id)) {
        return true;
      }
    }
    return false;
  }

  private List<String> otherSessions() throws IOException {
    List<String> ids = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, SESSION + "*")) {
      for (Path file : found) {
        String id = file.getFileName().toString().substring(SESSION.length());
        if (!id.equals(session)) {
          ids.add(id);
        }
      }
    }
    return ids;
  }

  /** Whether a process lives; if not, its file is deleted. */
  private boolean isLive(String id) throws IOException {
    Path file = directory.resolve(SESSION + id);
    if (isLocked(file)) {
      return true;
    }
    Files.deleteIfExists(file);
    return false;
  }

  private static boolean isLocked(Path file) throws IOException {
    try (ProcessLock lock = ProcessLock.tryAcquire(file)) {
      return lock == null;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Work on the files of the directory while {@code lock} keeps others from changing them. */
  private interface Work<R> {
    R run(ProcessLock lock) throws IOException;
  }

  private <R> R locked(Work<R> work) throws IOException {
    long timeout = lockTimeout.isPositive() ? Durations.nanos(lockTimeout) : -1;
    try (ProcessLock lock = ProcessLock.acquire(directory.resolve(LOCK), timeout)) {
      return work.run(lock);
    }
  }

  private static void makeDirectory(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } else {
      Files.createDirectories(directory);
    }
  }
}
