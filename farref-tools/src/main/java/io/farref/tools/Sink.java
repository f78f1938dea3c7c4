package io.farref.tools;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Passes lines and notices to their consumers, one at a time. A consumer that throws loses that one
 * line and nothing else: the output is read on, because a worker whose output is not read blocks.
 */
final class Sink {
  private static final Logger LOG = System.getLogger(Sink.class.getPackageName());

  private final Consumer<? super Job.Line> lines;
  private final Consumer<? super String> notices;
  private final Lock lock = new ReentrantLock();
  private boolean failed;

  Sink(Consumer<? super Job.Line> lines, Consumer<? super String> notices) {
    this.lines = lines;
    this.notices = notices;
  }

  void line(Job.Line line) {
    deliver(lines, line);
  }

  void notice(String text) {
    deliver(notices, text);
  }

  private <T> void deliver(Consumer<? super T> consumer, T value) {
    lock.lock();
    try {
      consumer.accept(value);
    } catch (RuntimeException e) {
      LOG.log(failed ? Level.DEBUG : Level.WARNING, "A consumer failed at: " + value, e);
      failed = true;
    } finally {
      lock.unlock();
    }
  }
}
