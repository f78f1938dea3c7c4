/** Other systems that make remote calls, each as its own users would set it up. */
@NullMarked
package io.farref.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
