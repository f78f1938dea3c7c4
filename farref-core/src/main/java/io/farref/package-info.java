/**
 * Remote references: hold an object that lives in another JVM, call it, pass the reference on.
 *
 * <p>A whole program, started twice, once with {@code FARREF_NAME=bank} and once with {@code
 * FARREF_NAME=client} (both with {@code FARREF_WORLD_SIZE=2} and {@code
 * FARREF_RENDEZVOUS=tcp://127.0.0.1:4711}, or by {@code ./farref run}):
 *
 * {@snippet file="io/farref/snippets/Main.java" region="program"}
 *
 * <p>Begin with {@link io.farref.Worker}, {@link io.farref.Peer} and {@link io.farref.RRef}.
 * Failures of calls are subclasses of {@link io.farref.RpcException}. Extension points are in
 * {@code io.farref.spi}.
 */
@NullMarked
package io.farref;

import org.jspecify.annotations.NullMarked;
