package io.farref.node;

import io.farref.Authorizer;
import io.farref.LeakReport;
import io.farref.Limits;
import io.farref.Overload;
import io.farref.codec.Codec;
import io.farref.node.connect.Transports;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** The settings of the builder that the worker needs after it has joined. */
record WorkerOptions(
    Optional<String> secret,
    Duration rpcTimeout,
    Duration closeTimeout,
    Duration sessionTimeout,
    Limits limits,
    Overload onOverload,
    Transports transports,
    Consumer<LeakReport> onLeak,
    Optional<Authorizer> authorizer,
    Codec codec) {}
