package io.farref.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessLockTest {
  private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(30);

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void choose() {
    file = directory.resolve("a.lock");
  }

  /** Another process: says whether it gets the lock, and keeps it until its input ends. */
  static final class OtherProcess {
    public static void main(String[] args) throws IOException {
      try (ProcessLock lock = ProcessLock.tryAcquire(Path.of(args[0]), StandardOpenOption.CREATE)) {
        System.out.println(lock != null);
        int unused = System.in.read();
      }
    }
  }

  private Process other() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            OtherProcess.class.getName(),
            file.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static boolean hasLock(Process process) throws IOException {
    BufferedReader out = process.inputReader();
    return Boolean.parseBoolean(out.readLine());
  }

  @Test
  void aLockIsFreeWhenItsHolderIsKilled() throws Exception {
    Process holder = other();
    try {
      assertThat(hasLock(holder)).isTrue();
      assertThat(ProcessLock.tryAcquire(file)).isNull();
      assertThatThrownBy(() -> ProcessLock.acquire(file, 0))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("a.lock has been locked by another process");
    } finally {
      holder.destroyForcibly().waitFor();
    }

    ProcessLock.acquire(file, TIMEOUT).close();
  }

  @Test
  void aLockStaysWhenItsFileIsTouched() throws Exception {
    try (ProcessLock lock = ProcessLock.acquire(file, TIMEOUT)) {
      long before = Files.getLastModifiedTime(file).toMillis();
      do {
        lock.touch();
      } while (Files.getLastModifiedTime(file).toMillis() == before);

      Process other = other();
      try {
        assertThat(hasLock(other)).isFalse();
      } finally {
        other.destroyForcibly().waitFor();
      }
    }
  }

  @Test
  void aLockFileThatItsHolderDeletedIsMadeAnew() throws Exception {
    try (ProcessLock _ = ProcessLock.acquire(file, TIMEOUT)) {
      Files.delete(file);
      try (ProcessLock _ = ProcessLock.acquire(file, TIMEOUT)) {
        assertThat(file).exists();
      }
    }
  }

  @Test
  void anInterruptedThreadGetsTheLockAndKeepsItsFlag() throws Exception {
    Thread.currentThread().interrupt();
    ProcessLock.acquire(file, TIMEOUT).close();
    assertThat(Thread.interrupted()).isTrue();
  }
}
