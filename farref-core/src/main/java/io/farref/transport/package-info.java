/**
 * Links that carry bytes to and from other JVMs: {@link io.farref.transport.TcpTransport} between
 * machines, {@link io.farref.transport.InProcessTransport} within one JVM. The packages below add
 * those between processes of one user on one machine.
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
 * <p>The calling thread does the work, waits included. These packages start no thread, except one
 * for the whole JVM when shared memory is first used; it notices that a process is gone.
 */
@NullMarked
package io.farref.transport;

import org.jspecify.annotations.NullMarked;
