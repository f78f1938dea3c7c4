package io.farref.examples.index;

import io.farref.Worker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;

/** Several workers in this JVM. */
final class LocalWorkers implements AutoCloseable {
  private static final Executor EACH_IN_ITS_THREAD = Thread::startVirtualThread;

  private final List<Worker> workers;

  private LocalWorkers(List<Worker> workers) {
    this.workers = workers;
  }

  static LocalWorkers join(String... names) {
    String rendezvous = "tcp://127.0.0.1:" + freePort();
    List<CompletableFuture<Worker>> joining =
        IntStream.range(0, names.length)
            .mapToObj(
                rank ->
                    CompletableFuture.supplyAsync(
                        () ->
                            Worker.builder()
                                .name(names[rank])
                                .rank(rank)
                                .worldSize(names.length)
                                .rendezvous(rendezvous)
                                .join(),
                        EACH_IN_ITS_THREAD))
            .toList();
    return new LocalWorkers(joining.stream().map(CompletableFuture::join).toList());
  }

  Worker get(String name) {
    return workers.stream().filter(w -> w.name().equals(name)).findFirst().orElseThrow();
  }

  @Override
  public void close() {
    List<CompletableFuture<Void>> closing =
        workers.stream()
            .map(worker -> CompletableFuture.runAsync(worker::close, EACH_IN_ITS_THREAD))
            .toList();
    closing.forEach(CompletableFuture::join);
  }

  private static int freePort() {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
