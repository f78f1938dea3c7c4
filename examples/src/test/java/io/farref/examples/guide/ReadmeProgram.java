package io.farref.examples.guide;

import io.farref.Peer;
import io.farref.RRef;
import io.farref.Worker;
import java.util.concurrent.CompletableFuture;

/** The program of README.md: the worker "me" runs it, "ps" and "b" serve. */
public final class ReadmeProgram {
  private ReadmeProgram() {}

  /** Runs the part of the worker that the environment names. */
  public static void main(String[] args) {
    if (System.getenv("FARREF_NAME").equals("me")) {
      program();
    } else {
      Worker.join().close();
    }
  }

  private static void program() {
    // region readme
    try (Worker me = Worker.join()) { // name, rank and rendezvous: from the environment
      Peer ps = me.peer("ps");

      int three = ps.rpcSync(() -> Math.addExact(1, 2)); // run a function there: its value,
      RRef<Counter> counter = ps.remote(Counter::new); // or a reference to the new object

      int five = counter.rpcSync(c -> c.add(5)); // call the object where it lives
      CompletableFuture<Integer> later = counter.rpcAsync(c -> c.add(5)); // without waiting
      int eleven = counter.as(Counting.class).add(1); // through an interface of yours

      me.peer("b").runSync(() -> counter.runSync(c -> c.add(1))); // b calls ps: references travel
    } // graceful: waits for the group, for calls and references; leaks are reported
    // endregion
  }
}
