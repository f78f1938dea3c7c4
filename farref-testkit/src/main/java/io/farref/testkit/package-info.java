/**
 * For tests: a group of workers in one JVM ({@link io.farref.testkit.LocalGroup}), a network with
 * faults ({@link io.farref.testkit.FaultyNetwork}), real TCP with faults ({@link
 * io.farref.testkit.TcpFaultProxy}, {@link io.farref.testkit.TcpFaultNetwork}), a check for leaks
 * ({@link io.farref.testkit.NoLeaks}), and the contract of a transport as tests ({@link
 * io.farref.testkit.TransportContract}).
 *
 * <pre>{@code
 * @ExtendWith(NoLeaks.class)
 * class CounterTest {
 *   @Test
 *   void countsOnTheOtherWorker() {
 *     try (LocalGroup group = LocalGroup.of("a", "b")) {
 *       RRef<Counter> counter = group.worker("a").peer("b").remote(Counter::new);
 *       assertThat(counter.rpcSync(c -> c.add(5))).isEqualTo(5);
 *     }
 *   }
 * }
 * }</pre>
 */
@NullMarked
package io.farref.testkit;

import org.jspecify.annotations.NullMarked;
