/**
 * A full-text index spread over several JVMs: the main demo, {@code ./farref demo}.
 *
 * <p>Read it in this order: {@link io.farref.examples.index.Shard} is the part of the index that
 * lives on one worker, an ordinary Java class that knows nothing of the network. {@link
 * io.farref.examples.index.ShardedIndex} puts one on each worker and fills them. {@link
 * io.farref.examples.index.Searcher} holds references to all of them and answers queries. {@link
 * io.farref.examples.index.Demo} starts the JVMs and shows it all.
 */
@NullMarked
package io.farref.examples.index;

import org.jspecify.annotations.NullMarked;
