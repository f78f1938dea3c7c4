/**
 * Who runs: the threads of a worker, the right of one of them to read a connection, and the
 * deadlines and contexts of the calls that they run.
 */
@NullMarked
package io.farref.exec;

import org.jspecify.annotations.NullMarked;
