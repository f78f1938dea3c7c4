package io.farref.call;

import io.farref.Limits;
import io.farref.Overload;
import io.farref.Worker;
import io.farref.codec.Codec;
import io.farref.observe.Meters;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What all connections of one worker share.
 *
 * @param self the worker's id
 * @param name its name
 * @param worker the worker itself, for {@link Worker#current()}
 * @param codec how values travel
 * @param limits what is accepted from others
 * @param onOverload what happens to calls for which there is no room
 * @param meters what is counted
 * @param threads who runs
 * @param watchdog who looks after those who read
 * @param deadlines who ends what takes too long
 * @param references who keeps values and references
 * @param directory who is who
 * @param promptness what is known of functions
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
    Threads threads,
    Watchdog watchdog,
    DeadlineSweeper deadlines,
    ReferenceLayer references,
    Directory directory,
    PromptnessTable promptness,
    @Nullable CallPolicy policy) {}
