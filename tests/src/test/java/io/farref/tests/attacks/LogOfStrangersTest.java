package io.farref.tests.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.Peer;
import io.farref.RefusedException;
import io.farref.Tls;
import io.farref.Worker;
import io.farref.WorkerLostException;
import io.farref.spi.Link;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import io.farref.tests.tls.Certificates;
import io.farref.tls.TlsLinks;
import io.farref.transport.TcpTransport;
import io.farref.wire.Frame;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What strangers can write into the log, and how often. */
@ExtendWith(NoLeaks.class)
@Timeout(120)
class LogOfStrangersTest {
  private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(20);
  private static final int FLOOD = 200;

  /** It would write a line of its own, clear the screen, and turn the direction of the text. */
  private static final String EVIL =
      "no\r\nSEVERE: worker a closes\u001b[2J\u009b1m\u202e\u2028\u2066\u0085" + "x".repeat(3_000);

  private final Logger log = Logger.getLogger("io.farref"); // held, or it may be collected
  private final Level before = log.getLevel();
  private final Records records = new Records();
  private final List<Socket> sockets = new ArrayList<>();
  private LocalGroup group;

  /** All records of the library, as a log file would have them. */
  private static final class Records extends Handler {
    private final List<LogRecord> all = new CopyOnWriteArrayList<>();

    @Override
    public void publish(LogRecord entry) {
      all.add(entry);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}

    long warnings() {
      return all.stream().filter(each -> each.getLevel().intValue() > 800).count();
    }

    /** Of each record the message, and what the throwable adds. */
    List<String> texts() {
      SimpleFormatter format = new SimpleFormatter();
      List<String> texts = new ArrayList<>();
      for (LogRecord each : all) {
        texts.add(format.formatMessage(each));
        for (Throwable t = each.getThrown(); t != null; t = t.getCause()) {
          texts.add(String.valueOf(t.getMessage()));
        }
      }
      return texts;
    }
  }

  @BeforeEach
  void listen() {
    log.setLevel(Level.ALL);
    log.addHandler(records);
  }

  @AfterEach
  void leave() throws IOException {
    for (Socket each : sockets) {
      each.close();
    }
    group.closeNow();
    log.removeHandler(records);
    log.setLevel(before);
  }

  private void assertClean() {
    assertThat(records.texts()).allSatisfy(LogOfStrangersTest::assertClean);
  }

  private static void assertClean(String text) {
    assertThat(text).doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]");
    assertThat(text).hasSizeLessThan(5_000);
  }

  private static byte[] frame(int kind, byte[] payload) {
    return ByteBuffer.allocate(Frame.HEADER_SIZE + payload.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(1 + payload.length)
        .put((byte) kind)
        .put(payload)
        .array();
  }

  private static byte[] rejection(int kind) {
    byte[] text = EVIL.getBytes(StandardCharsets.UTF_8);
    ByteBuffer payload = ByteBuffer.allocate(3 + text.length);
    payload.put((byte) kind);
    payload.put((byte) (text.length & 0x7F | 0x80)).put((byte) (text.length >> 7)).put(text);
    return frame(Frame.REJECT, payload.array());
  }

  private static void reject(Link victim, int kind) throws IOException {
    victim.read(ByteBuffer.allocate(1 << 12), TIMEOUT); // HELLO
    victim.write(new ByteBuffer[] {ByteBuffer.wrap(rejection(kind))}, 0, 1);
  }

  private void start(Detour net, Consumer<Worker.Builder> configure) {
    group = LocalGroup.builder().transport(net).configure(configure).start("a", "b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"reject", "text", "nothing"})
  void aFloodOfStrangersIsAFewLinesWithoutControlCharacters(String what) throws Exception {
    Port port = new Port(new TcpTransport());
    group = LocalGroup.builder().transport(port).configure(w -> w.secret("s")).start("a", "b");
    byte[] said =
        switch (what) {
          case "reject" -> rejection(0);
          case "text" -> EVIL.getBytes(StandardCharsets.UTF_8);
          default -> new byte[4];
        };
    long warnings = records.warnings();
    for (int i = 0; i < FLOOD; i++) {
      Socket socket = Port.attack(port.addresses.getFirst());
      sockets.add(socket);
      socket.getOutputStream().write(said);
    }
    for (Socket each : sockets) {
      Awaitility.await().until(() -> Port.hasHungUp(each));
    }
    assertClean();
    assertThat(records.warnings() - warnings).as("one in ten seconds").isLessThan(10);
    assertThat(group.worker("a").peer("b").rpcSync(() -> 1)).isEqualTo(1);
  }

  @Test
  void whatAListenerSaysIsOneCleanLineForTheLogAndForTheCaller() {
    Detour net = new Detour();
    start(net, w -> w.secret("s").sessionTimeout(Duration.ofSeconds(1)));
    Peer toB = group.worker("a").peer("b");
    net.leadTo(victim -> reject(victim, 2));
    assertThatThrownBy(() -> toB.rpcSync(() -> 1))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("no\\r\\nSEVERE: worker a closes\\u{1b}[2J")
        .satisfies(LogOfStrangersTest::assertPrintedClean);
    assertThatThrownBy(() -> toB.rpcSync(() -> 1))
        .isInstanceOf(WorkerLostException.class)
        .satisfies(LogOfStrangersTest::assertPrintedClean);
    assertClean();
  }

  /** Without a secret the text is believed; it is no cleaner for that. */
  @Test
  void whatAListenerSaysThatNeedsNoProofIsClean() {
    Detour net = new Detour();
    start(net, _ -> {});
    net.leadTo(victim -> reject(victim, 0));
    assertThatThrownBy(() -> group.worker("a").peer("b").rpcSync(() -> 1))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("no\\r\\nSEVERE")
        .satisfies(LogOfStrangersTest::assertPrintedClean);
    assertClean();
  }

  @Test
  void theNameInACertificateIsCleanWhereverItIsShown() throws Exception {
    Certificates certificates = new Certificates();
    Detour net = new Detour();
    start(
        net,
        w ->
            w.tls(certificates.tls("a").withAnyTrusted().withIdentity((_, _) -> false))
                .sessionTimeout(Duration.ofSeconds(1)));
    Tls evil =
        certificates.tls(
            certificates.of(
                "x",
                c ->
                    c.subject("O=no\nSEVERE: worker a closes\u202e,CN=\u001b[2J")
                        .addSanDnsName("x")));
    TlsLinks stranger = TlsLinks.of(evil);
    net.leadTo(
        victim -> {
          try (Link link = stranger.accept(victim, TIMEOUT)) {
            link.read(ByteBuffer.allocate(1 << 12), TIMEOUT);
          }
        });
    CompletableFuture<Integer> call = group.worker("a").peer("b").rpcAsync(() -> 1);
    assertThatThrownBy(() -> call.get(60, TimeUnit.SECONDS))
        .hasMessageContaining("is for")
        .satisfies(LogOfStrangersTest::assertPrintedClean);
    assertClean();
  }

  /** What a program's log would have of it. */
  private static void assertPrintedClean(Throwable thrown) {
    StringWriter printed = new StringWriter();
    thrown.printStackTrace(new PrintWriter(printed));
    assertThat(printed.toString().lines()).noneMatch(each -> each.startsWith("SEVERE"));
    assertClean(String.valueOf(thrown.getMessage()));
  }
}
