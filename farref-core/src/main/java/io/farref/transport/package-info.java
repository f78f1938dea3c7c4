/**
 * Bytes to and from other JVMs: {@link io.farref.transport.TcpTransport} between processes, {@link
 * io.farref.transport.UnixTransport} and {@link io.farref.transport.ShmTransport} between those of
 * one user on one machine, {@link io.farref.transport.InProcessTransport} within one.
 *
 * <pre>{@code
 * Transport tcp = new TcpTransport();
 * try (Transport.Listener listener = tcp.listen("127.0.0.1:0");
 *     Link out = tcp.connect(listener.address(), 1_000_000_000L);
 *     Link in = listener.accept()) {
 *   out.write(new ByteBuffer[] {ByteBuffer.wrap(new byte[] {42})}, 0, 1);
 *   in.read(ByteBuffer.allocate(1), -1);
 * }
 * }</pre>
 *
 * <p>Whoever calls does the work, waits included. No thread is started here, but one for the whole
 * JVM when shared memory is first used, which notices that a process is gone.
 */
@NullMarked
package io.farref.transport;

import org.jspecify.annotations.NullMarked;
