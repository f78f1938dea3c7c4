package io.farref.tests.tls;

import io.farref.Tls;
import io.farref.Worker;
import io.farref.spi.Transport;
import io.farref.testkit.LocalGroup;
import io.farref.transport.TcpTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Groups of workers a and b, each with its own TLS configuration; closed with the test. */
final class TlsGroups {
  private final List<LocalGroup> groups = new ArrayList<>();

  /** Two workers connected by TCP; null means no TLS. */
  LocalGroup start(Tls a, Tls b, Consumer<Worker.Builder> both) {
    return start(a, b, new TcpTransport(), both);
  }

  LocalGroup start(Tls a, Tls b, Transport transport, Consumer<Worker.Builder> both) {
    return start(LocalGroup.builder().transport(transport), a, b, both);
  }

  LocalGroup start(LocalGroup.Builder builder, Tls a, Tls b, Consumer<Worker.Builder> both) {
    AtomicInteger rank = new AtomicInteger();
    LocalGroup group =
        builder
            .configure(
                worker -> {
                  Tls tls = rank.getAndIncrement() == 0 ? a : b;
                  if (tls != null) {
                    worker.tls(tls);
                  }
                  both.accept(worker.allow("io.farref.tests"));
                })
            .start("a", "b");
    groups.add(group);
    return group;
  }

  void close() {
    groups.forEach(LocalGroup::closeNow);
  }

  /** Lets a call b. */
  static int ask(LocalGroup group) {
    return group.worker("a").peer("b").rpcSync(() -> 1);
  }
}
