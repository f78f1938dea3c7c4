package io.farref.examples.index;

import io.farref.OwnedValue;
import io.farref.Worker;
import io.farref.WorkerStats;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The counters of one worker, and the values that it owns.
 *
 * @param worker its name
 * @param pid its process
 * @param stats its counters
 * @param owned the objects that live there
 */
record Account(String worker, long pid, WorkerStats stats, List<OwnedValue> owned) {
  /** The account of the worker on which this runs. */
  static Account here() {
    Worker me = Worker.current();
    return new Account(
        me.name(), ProcessHandle.current().pid(), me.stats(), List.copyOf(me.ownedValues()));
  }

  /** The accounts of all workers of the group, requested at the same time. */
  static List<Account> ofAll(Worker me) {
    List<CompletableFuture<Account>> accounts =
        me.peers().stream().map(peer -> peer.rpcAsync(Account::here)).toList();
    return accounts.stream().map(CompletableFuture::join).toList();
  }

  /** The accounts of all workers, as soon as none owns a value any more, or after a few seconds. */
  static List<Account> ofAllOnceReleased(Worker me) throws InterruptedException {
    List<Account> accounts = ofAll(me);
    for (int i = 0; i < 200 && valuesOwned(accounts) > 0; i++) {
      Thread.sleep(25); // releases travel in the background, in batches
      accounts = ofAll(me);
    }
    return accounts;
  }

  /** How many remote objects there are in all. */
  static long valuesOwned(List<Account> accounts) {
    return accounts.stream().mapToLong(account -> account.stats().valuesOwned()).sum();
  }
}
