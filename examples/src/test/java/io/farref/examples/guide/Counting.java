package io.farref.examples.guide;

import io.farref.Idempotent;
import io.farref.RRef;
import java.util.concurrent.CompletableFuture;

// region counting
/** What callers see of a {@link Counter}. The return type of a method chooses the kind of call. */
interface Counting {
  @Idempotent
  int get(); // waits

  int add(int n); // waits

  CompletableFuture<Integer> addAsync(int n); // does not wait

  RRef<Counter> copy(); // leaves the result with the owner
}

// endregion
