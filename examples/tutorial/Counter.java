import io.farref.Worker;

// region counter
/** An ordinary class. Calls run at the same time, so it protects its own state. */
class Counter {
  private int value;

  synchronized int add(int n) {
    value += n;
    IO.println(Worker.current().name() + ": the counter says " + value);
    return value;
  }
}

// endregion
