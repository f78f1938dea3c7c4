package io.farref.tls;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.bytes.ByteBuffers;
import io.farref.observe.ForeignText;
import io.farref.spi.Link;
import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSession;

/**
 * Encrypts the bytes of another link. That link does all waiting, and handles wake-ups, interrupts
 * and timeouts.
 *
 * <p>The reader never writes: messages of TLS after its handshake (a new key) are sent with the
 * next write, as the protocol allows. So a reader never waits for a writer.
 */
public final class TlsLink implements Link {
  private static final System.Logger LOG = System.getLogger(TlsLink.class.getPackageName());

  /** The exporter label of RFC 9266 for a channel binding. */
  private static final String BINDING_LABEL = "EXPORTER-Channel-Binding";

  private static final int BINDING_SIZE = 32;

  /** How many records are read or written at once. */
  private static final int RECORDS = 2;

  /** How long {@link #close} waits to send close_notify if the other side does not read. */
  private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(200);

  private static final long EXPLANATION = TimeUnit.MILLISECONDS.toNanos(200);
  private static final ByteBuffer[] NOTHING = {};

  private final Link below;
  private final SSLEngine engine;
  private final AtomicBoolean closed = new AtomicBoolean();

  // Used by the reader only. Both buffers are ready to be read from.
  private final ByteBuffer encrypted;
  private final ByteBuffer decrypted;
  private boolean ended;

  /** Held by the writer; keeps close_notify out of a write that is stuck half-way. */
  private final ReentrantLock writing = new ReentrantLock();

  /** Encrypted bytes, to be written before anything else. Ready to be read from. */
  @GuardedBy("writing")
  private final ByteBuffer outgoing;

  @GuardedBy("writing")
  private final ByteBuffer[] outgoingAlone;

  TlsLink(Link below, SSLEngine engine) {
    this.below = below;
    this.engine = engine;
    int recordSize = engine.getSession().getPacketBufferSize();
    encrypted = ByteBuffer.allocate(RECORDS * recordSize).limit(0);
    decrypted = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).limit(0);
    outgoing = ByteBuffer.allocate(RECORDS * recordSize).limit(0);
    outgoingAlone = new ByteBuffer[] {outgoing};
  }

  /**
   * Exchanges certificates and keys; called before anything else.
   *
   * @throws SSLException if either side refuses the other
   * @throws IOException if the link breaks or the time passes
   */
  void handshake(long timeoutNanos) throws IOException {
    long end = System.nanoTime() + timeoutNanos;
    try {
      engine.beginHandshake();
      HandshakeStatus next;
      while ((next = engine.getHandshakeStatus()) != HandshakeStatus.NOT_HANDSHAKING) {
        switch (next) {
          case NEED_TASK -> runTasks();
          case NEED_WRAP -> sendOwn();
          default -> receiveOwn(end);
        }
        forbidResumption();
      }
    } catch (SSLException e) {
      sendAlert();
      throw failed(e);
    }
  }

  /**
   * A side that resumes a TLS session shows no certificate, and may not be trusted any more. And an
   * acceptor that offers resumption writes at a time when the other side may not be reading.
   */
  private void forbidResumption() {
    SSLSession session = engine.getHandshakeSession();
    if (session != null) {
      session.invalidate();
    }
  }

  private void runTasks() {
    Runnable task;
    while ((task = engine.getDelegatedTask()) != null) {
      task.run();
    }
  }

  private void sendOwn() throws IOException {
    writing.lock();
    try {
      flush(-1);
      encrypt(NOTHING, 0, 0);
      flush(-1);
    } finally {
      writing.unlock();
    }
  }

  private void receiveOwn(long end) throws IOException {
    Status status = encrypted.hasRemaining() ? decrypt().getStatus() : Status.BUFFER_UNDERFLOW;
    if (status == Status.CLOSED) {
      throw new SSLHandshakeException("the other side ended it");
    }
    if (status != Status.BUFFER_UNDERFLOW) {
      return;
    }
    long left = end - System.nanoTime();
    if (left <= 0) {
      throw new IOException("no TLS handshake from " + remoteAddress() + " in time");
    }
    if (fill(left) < 0) {
      throw new EOFException(
          remoteAddress() + " hung up during the TLS handshake; does it use TLS?");
    }
  }

  /** Sends the alert that tells the other side why TLS failed, if the link takes it. */
  private void sendAlert() {
    try {
      while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
        sendOwn();
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, () -> remoteAddress() + " was not told why TLS failed", e);
    }
  }

  private SSLException failed(SSLException e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String why = ForeignText.of(String.valueOf(e.getMessage()));
    String rootWhy = ForeignText.of(String.valueOf(root.getMessage()));
    return new SSLHandshakeException(
        "TLS with "
            + remoteAddress()
            + " failed: "
            + why
            + (why.contains(rootWhy) ? "" : " (" + rootWhy + ")"),
        e);
  }

  /**
   * The alert of the other side, if it has sent one, instead of a failure that followed from it: in
   * TLS 1.3 an acceptor refuses a dialer's certificate when the handshake is over for the dialer.
   */
  public IOException explain(IOException failure) {
    try {
      if (!(failure instanceof SSLException) && read(ByteBuffer.allocate(1), EXPLANATION) < 0) {
        LOG.log(Level.DEBUG, "{0} ended TLS without a reason", remoteAddress());
      }
    } catch (SSLException e) {
      e.addSuppressed(failure);
      return e;
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }

  /**
   * A secret that only the two ends of this TLS connection know; a man in the middle has two
   * connections, and so two different secrets. RFC 9266, {@code tls-exporter}.
   */
  public byte[] binding() throws SSLException {
    if (engine.getSession() instanceof ExtendedSSLSession session) {
      return session.exportKeyingMaterialData(BINDING_LABEL, new byte[0], BINDING_SIZE);
    }
    throw new SSLException(
        "the TLS provider " + engine.getSession().getClass() + " cannot bind a secret to TLS");
  }

  /** The certificate of the other side, which has proved to have its key. */
  public X509Certificate certificate() throws SSLException {
    return (X509Certificate) engine.getSession().getPeerCertificates()[0];
  }

  @Override
  public int read(ByteBuffer dst, long timeoutNanos) throws IOException {
    if (!dst.hasRemaining()) {
      throw new IllegalArgumentException("the buffer to read into is full");
    }
    if (closed.get()) {
      throw new ClosedChannelException();
    }
    long end = timeoutNanos > 0 ? System.nanoTime() + timeoutNanos : 0;
    long left = timeoutNanos;
    while (true) {
      int count = take(dst);
      if (count != 0) {
        return count;
      }
      int arrived = fill(left);
      if (arrived == 0) {
        return 0;
      }
      if (arrived < 0) {
        return end();
      }
      left = timeoutNanos > 0 ? Math.max(0, end - System.nanoTime()) : timeoutNanos;
    }
  }

  /** Decrypts the whole records that have arrived into {@code dst}; returns -1 at the end. */
  private int take(ByteBuffer dst) throws IOException {
    int start = dst.position();
    while (dst.hasRemaining() && (decrypted.hasRemaining() || hasDecrypted(dst))) {
      int count = Math.min(decrypted.remaining(), dst.remaining());
      dst.put(dst.position(), decrypted, decrypted.position(), count);
      dst.position(dst.position() + count);
      decrypted.position(decrypted.position() + count);
    }
    int count = dst.position() - start;
    return count == 0 && ended ? -1 : count;
  }

  /** Decrypts a record, right into {@code dst} if it fits; returns whether there was one. */
  private boolean hasDecrypted(ByteBuffer dst) throws IOException {
    if (ended || !encrypted.hasRemaining()) {
      return false;
    }
    SSLEngineResult result;
    try {
      result = dst.remaining() < decrypted.capacity() ? decrypt() : unwrap(dst);
    } catch (SSLException e) {
      throw closed.get() ? closedMeanwhile(e) : failed(e);
    }
    ended = result.getStatus() == Status.CLOSED;
    return result.getStatus() == Status.OK;
  }

  private SSLEngineResult decrypt() throws SSLException {
    decrypted.clear();
    try {
      return unwrap(decrypted);
    } finally {
      decrypted.flip();
    }
  }

  private SSLEngineResult unwrap(ByteBuffer dst) throws SSLException {
    SSLEngineResult result = engine.unwrap(encrypted, dst);
    if (result.getStatus() == Status.BUFFER_OVERFLOW) {
      throw new SSLException("a record larger than TLS 1.3 allows");
    }
    if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
      runTasks();
    }
    return result;
  }

  private int fill(long timeoutNanos) throws IOException {
    encrypted.compact();
    try {
      return below.read(encrypted, timeoutNanos);
    } finally {
      encrypted.flip();
    }
  }

  /**
   * The link below has ended, with or without a close_notify. An end without one is accepted: an
   * attacker on the network can cut a connection anyway, and a peer that leaves in order says so in
   * a message inside the encrypted stream.
   */
  private int end() throws IOException {
    if (encrypted.hasRemaining()) {
      throw new IOException(
          "the connection to " + remoteAddress() + " ended in the middle of a record of TLS");
    }
    ended = true;
    return -1;
  }

  @Override
  public void wakeup() {
    below.wakeup();
  }

  /** Bytes that are encrypted and are not sent in time are sent by the next write. */
  @Override
  public boolean write(ByteBuffer[] srcs, int offset, int length, long timeoutNanos)
      throws IOException {
    Objects.checkFromIndexSize(offset, length, srcs.length);
    long end = timeoutNanos > 0 ? System.nanoTime() + timeoutNanos : 0;
    writing.lock();
    try {
      if (closed.get()) {
        throw new ClosedChannelException();
      }
      int past = offset + length;
      int i = ByteBuffers.skipEmpty(srcs, offset, past);
      long left = timeoutNanos;
      while (flush(left)) {
        if (i == past) {
          return true;
        }
        i = encryptSome(srcs, i, past);
        left = timeoutNanos > 0 ? Math.max(0, end - System.nanoTime()) : timeoutNanos;
      }
      return false;
    } catch (SSLException e) {
      throw closed.get() ? closedMeanwhile(e) : failed(e);
    } finally {
      writing.unlock();
    }
  }

  /** Makes as many records as {@link #outgoing} holds; returns the index of the next buffer. */
  @GuardedBy("writing")
  private int encryptSome(ByteBuffer[] srcs, int from, int past) throws SSLException {
    int i = from;
    do {
      encrypt(srcs, i, past - i);
      i = ByteBuffers.skipEmpty(srcs, i, past);
    } while (i < past && outgoing.capacity() - outgoing.limit() >= outgoing.capacity() / RECORDS);
    return i;
  }

  /** Makes a record; messages of TLS itself come before anything else. */
  @GuardedBy("writing")
  private void encrypt(ByteBuffer[] srcs, int offset, int length) throws SSLException {
    outgoing.compact();
    SSLEngineResult result;
    try {
      result = engine.wrap(srcs, offset, length, outgoing);
    } finally {
      outgoing.flip();
    }
    if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
      runTasks();
    } else if (result.bytesProduced() == 0 && result.getStatus() != Status.OK) {
      throw new SSLException("nothing can be written any more: " + result.getStatus());
    }
  }

  @GuardedBy("writing")
  private boolean flush(long timeoutNanos) throws IOException {
    return !outgoing.hasRemaining() || below.write(outgoingAlone, 0, 1, timeoutNanos);
  }

  private static IOException closedMeanwhile(SSLException e) {
    return (IOException) new AsynchronousCloseException().initCause(e);
  }

  @Override
  public String remoteAddress() {
    return below.remoteAddress();
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      sendCloseNotify();
    } finally {
      below.close();
    }
  }

  /**
   * Sends close_notify on another thread: if the other side does not read, closing must not wait.
   */
  private void sendCloseNotify() {
    Thread goodbye =
        Thread.ofVirtual()
            .name("farref-jvm-tls-goodbye")
            .uncaughtExceptionHandler(
                (_, e) -> LOG.log(Level.WARNING, "no close_notify to " + remoteAddress(), e))
            .start(
                () -> {
                  if (writing.tryLock()) {
                    try {
                      engine.closeOutbound();
                      sendOwn();
                    } catch (IOException e) {
                      LOG.log(Level.DEBUG, () -> "no close_notify to " + remoteAddress(), e);
                    } finally {
                      writing.unlock();
                    }
                  }
                });
    boolean interrupted = Thread.interrupted();
    try {
      goodbye.join(CLOSE_TIMEOUT);
    } catch (InterruptedException e) {
      interrupted = true; // then it is not waited for
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public String toString() {
    return "TLS over " + below;
  }
}
