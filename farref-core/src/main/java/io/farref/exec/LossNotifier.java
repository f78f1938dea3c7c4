package io.farref.exec;

import io.farref.WorkerLostException;
import io.farref.observe.FailureText;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Notifies listeners once when the subject of their interest is lost, also listeners that come
 * after the loss. Thread-safe.
 *
 * @param <K> identifies a subject
 */
public final class LossNotifier<K> {
  private static final System.Logger LOG = System.getLogger(LossNotifier.class.getPackageName());

  private final Executor executor;
  private final Function<? super K, @Nullable WorkerLostException> lossOf;
  private final Map<K, List<Listener>> waiting = new ConcurrentHashMap<>();

  private record Listener(Object subscriber, Consumer<? super WorkerLostException> action) {}

  /**
   * Makes a notifier without listeners.
   *
   * @param executor runs each action on a thread of its own
   * @param lossOf the loss of a subject; null if it is not lost, or if listeners are not to be
   *     notified of it. Must return the loss before {@link #lost} is called for the subject
   */
  public LossNotifier(
      Executor executor, Function<? super K, @Nullable WorkerLostException> lossOf) {
    this.executor = executor;
    this.lossOf = lossOf;
  }

  /**
   * Adds a listener; notifies it now if the subject is lost.
   *
   * @param subscriber for {@link #remove}
   */
  public void add(K subject, Object subscriber, Consumer<? super WorkerLostException> action) {
    Listener added = new Listener(subscriber, action);
    waiting.merge(
        subject,
        List.of(added),
        (before, _) -> Stream.concat(before.stream(), Stream.of(added)).toList());
    // After the listener was added: a loss either is seen here or finds the listener.
    if (lossOf.apply(subject) != null) {
      lost(subject);
    }
  }

  /** Removes the listeners that a subscriber added for a subject. */
  public void remove(K subject, Object subscriber) {
    if (!waiting.isEmpty()) {
      waiting.computeIfPresent(subject, (_, all) -> without(all, subscriber));
    }
  }

  private static @Nullable List<Listener> without(List<Listener> all, Object subscriber) {
    List<Listener> left = all.stream().filter(each -> each.subscriber != subscriber).toList();
    return left.isEmpty() ? null : left;
  }

  /** A subject is lost: notifies its listeners, each on a thread of its own. */
  public void lost(K subject) {
    if (waiting.isEmpty()) {
      return;
    }
    List<Listener> all = waiting.remove(subject);
    if (all == null) {
      return;
    }
    WorkerLostException loss = lossOf.apply(subject);
    if (loss != null) {
      all.forEach(each -> notify(each.action, loss));
    }
  }

  /** Notifies an action of a loss, on a thread of its own; an exception of it is logged. */
  public void notify(Consumer<? super WorkerLostException> action, WorkerLostException loss) {
    executor.execute(
        () -> {
          try {
            action.accept(loss);
          } catch (RuntimeException | Error e) {
            LOG.log(
                Level.WARNING,
                "an onLost action failed, called because " + FailureText.of(loss),
                e);
          }
        });
  }
}
