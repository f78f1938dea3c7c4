/**
 * The threads of a worker and the rules between them: which thread reads a connection, on which
 * thread and in which order calls run, and when a call must have ended.
 *
 * <p>The pattern is leader and followers. The thread that holds a connection's {@link
 * io.farref.exec.ReadLease} reads from it and runs short calls itself; a thread that is about to
 * wait gives the lease up first. {@code docs/concurrency.md} lists every thread and lock.
 */
@NullMarked
package io.farref.exec;

import org.jspecify.annotations.NullMarked;
