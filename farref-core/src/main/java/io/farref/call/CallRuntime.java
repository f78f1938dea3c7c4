package io.farref.call;

import io.farref.Limits;
import io.farref.Overload;
import io.farref.Worker;
import io.farref.codec.Codec;
import io.farref.exec.DeadlineSweeper;
import io.farref.exec.InlineHints;
import io.farref.exec.Watchdog;
import io.farref.exec.WorkerThreads;
import io.farref.observe.Meters;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The parts that all connections of one worker share.
 *
 * @param self the worker's id
 * @param name its name
 * @param worker the worker itself, for {@link Worker#current()}
 * @param codec encodes and decodes values
 * @param limits the receive limits of the worker
 * @param onOverload what happens to calls for which there is no capacity
 * @param meters the counters of the worker
 * @param threads runs calls and readers
 * @param watchdog watches the reading threads
 * @param deadlines ends calls at their deadlines
 * @param references keeps values and references
 * @param directory names and peers of the workers
 * @param inlineHints which functions may run inline
 * @param policy which calls of others may run; null: all
 */
public record CallRuntime(
    int self,
    String name,
    Supplier<Worker> worker,
    Codec codec,
    Limits limits,
    Overload onOverload,
    Meters meters,
    WorkerThreads threads,
    Watchdog watchdog,
    DeadlineSweeper deadlines,
    ReferenceLayer references,
    PeerLookup directory,
    InlineHints inlineHints,
    @Nullable CallPolicy policy) {}
