package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.RRef;
import io.farref.RefusedException;
import io.farref.Revocable;
import io.farref.RpcException.Execution;
import io.farref.Unreferenced;
import io.farref.Worker;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Restricted and revocable references: the owner decides what they allow. */
@ExtendWith(NoLeaks.class)
class RestrictedReferencesTest {
  private static final AtomicInteger FREED = new AtomicInteger();
  private static final AtomicInteger ADDED = new AtomicInteger();
  private static volatile CountDownLatch gate = new CountDownLatch(0);
  private static volatile CountDownLatch inside = new CountDownLatch(0);

  private final LocalGroup group = LocalGroup.of("owner", "alice", "bob");
  private final Worker owner = group.worker("owner");
  private final Worker alice = group.worker("alice");
  private final Worker bob = group.worker("bob");
  private final RRef<Account> account = alice.peer("owner").remote(Account::new);

  /** The methods that read. */
  interface Reader {
    int balance();

    default String text() {
      return "balance " + balance();
    }
  }

  /** The methods for a depositor. */
  interface Payer extends Reader {
    int add(int k);

    CompletableFuture<Integer> balanceSoon();

    int sum(int... all);
  }

  /** Implements neither interface: facades match methods by name. */
  static final class Account implements Unreferenced {
    private int balance;

    synchronized int add(int k) {
      ADDED.incrementAndGet();
      balance += k;
      return balance;
    }

    int addTwice(int k) {
      return add(k) + add(k);
    }

    synchronized int balance() {
      return balance;
    }

    CompletableFuture<Integer> balanceSoon() {
      return CompletableFuture.completedFuture(balance());
    }

    int sum(int... all) {
      int sum = 0;
      for (int each : all) {
        sum += each;
      }
      return sum;
    }

    int waitInside() throws InterruptedException {
      inside.countDown();
      gate.await();
      return balance();
    }

    @Override
    public void unreferenced() {
      FREED.incrementAndGet();
    }
  }

  @AfterEach
  void everythingIsFreedOnce() {
    gate.countDown();
    account.close();
    Groups.closeEmpty(group);
    assertThat(FREED.getAndSet(0)).isEqualTo(1);
    ADDED.set(0);
  }

  private static void assertRefused(ThrowingCallable use, String... texts) {
    assertThatThrownBy(use)
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> assertThat(e.execution()).isEqualTo(Execution.NOT_EXECUTED))
        .hasMessageContainingAll(texts);
  }

  private static void assertOnlyReadable(RRef<?> reader) {
    assertRefused(() -> reader.call("add", 1), "add", "restricted to", "Reader", "balance()");
    assertRefused(() -> reader.as(Payer.class).add(1), "add(int)", "balance()");
    assertRefused(() -> reader.call("addTwice", 1), "balance()");
    assertRefused(() -> reader.call("unreferenced"), "balance()");
    assertRefused(() -> reader.call("toString"), "balance()");
    assertRefused(reader::toHere, "a copy", "balance()");
    assertRefused(() -> reader.runSync(any -> ADDED.incrementAndGet()), "function", "balance()");
    assertRefused(() -> reader.rpcSync(any -> ADDED.incrementAndGet()), "function");
    assertThatThrownBy(() -> reader.rpcAsync(any -> ADDED.incrementAndGet()).join())
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(RefusedException.class);
    try (RRef<Integer> made = reader.remote(any -> ADDED.incrementAndGet())) {
      assertThatThrownBy(made::toHere).isInstanceOf(RefusedException.class);
    }
    try (RRef<?> made = reader.callRemote("add", 1)) {
      assertThatThrownBy(made::toHere).isInstanceOf(RefusedException.class);
    }
    assertThat(ADDED).hasValue(0);
    assertThat(reader.call("balance")).isEqualTo(0);
    assertThat(reader.as(Reader.class).balance()).isZero();
    assertThat(reader.as(Reader.class).text()).isEqualTo("balance 0");
  }

  @Nested
  class ARestrictedOne {
    @Test
    void aRestrictedReferenceAllowsTheMethodsOfItsInterfaceOnly() {
      try (RRef<Reader> reader = account.restrict(Reader.class)) {
        assertOnlyReadable(reader);
      }
    }

    @Test
    void aRestrictionAlsoHoldsWhereTheReferenceIsPassedOn() {
      try (RRef<Reader> reader = account.restrict(Reader.class)) {
        alice.peer("bob").runSync(() -> assertOnlyReadable(reader));
      }
    }

    @Test
    void aRestrictionAlsoHoldsOnTheOwner() {
      try (RRef<Reader> reader = account.restrict(Reader.class)) {
        alice
            .peer("owner")
            .runSync(
                () -> {
                  assertOnlyReadable(reader);
                  assertRefused(reader::localValue, "a copy", "Reader");
                });
      }
    }

    @Test
    void aRestrictedReferenceCanBeCalledInEveryStyle() {
      try (RRef<Payer> payer = account.restrict(Payer.class)) {
        assertThat(payer.as(Payer.class).add(2)).isEqualTo(2);
        assertThat(payer.call("add", 3)).isEqualTo(5);
        assertThat(payer.as(Payer.class).balanceSoon().join()).isEqualTo(5);
        assertThat(payer.callAsync("balanceSoon").join()).isEqualTo(5);
        assertThat(payer.call("sum", 1, 2, 3)).isEqualTo(6);
        assertThat(payer.as(Payer.class).sum(1, 2, 3, 4)).isEqualTo(10);
        try (RRef<?> made = payer.callRemote("add", 1)) {
          assertThat(made.toHere()).isEqualTo(6);
        }
      }
    }

    @Test
    void aRestrictionCanBeNarrowedButNeverWidened() {
      try (RRef<Payer> payer = account.restrict(Payer.class);
          RRef<Reader> reader = payer.restrict(Reader.class);
          RRef<Payer> again = reader.restrict(Payer.class)) {
        assertOnlyReadable(reader);
        assertOnlyReadable(again);
        assertThat(payer.as(Payer.class).add(1)).isEqualTo(1);
      }
    }

    @Test
    void aRestrictedReferenceIsAValueThatKeepsTheOriginal() {
      RRef<Reader> reader = account.restrict(Reader.class);
      assertThat(reader.call("balance")).isEqualTo(0);
      assertThat(reader).isNotEqualTo(account);
      account.close();
      Groups.eventually("one is left", () -> alice.stats().referencesHeld() == 1);
      assertThat(reader.call("balance")).isEqualTo(0);
      assertThat(FREED).hasValue(0);
      assertThat(owner.ownedValues())
          .extracting(each -> each.type() + " held by " + each.holders())
          .containsExactlyInAnyOrder(
              Account.class.getName() + " held by [owner]",
              Account.class.getName()
                  + ", restricted to "
                  + Reader.class.getTypeName()
                  + " held by [alice]");
      reader.close();
    }

    @Test
    void aReferenceCanBeRestrictedBeforeTheValueExists() {
      gate = new CountDownLatch(1);
      try (RRef<Account> late =
              alice
                  .peer("owner")
                  .remote(
                      () -> {
                        gate.await();
                        return new Account();
                      });
          RRef<Reader> reader = late.restrict(Reader.class)) {
        CompletableFuture<Object> balance = reader.callAsync("balance");
        gate.countDown();
        assertThat(balance.join()).isEqualTo(0);
        assertRefused(reader::toHere, "Reader");
      }
      Groups.eventually("freed", () -> FREED.get() == 1);
      FREED.set(0);
    }

    @Test
    void restrictingNeedsAnInterface() {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> account.restrict(Account.class))
          .withMessageContaining("interface");
    }

    @Test
    void nestedRestrictionsAreLimited() {
      RRef<?> reference = account;
      List<RRef<?>> all = new java.util.ArrayList<>();
      for (int i = 0; i < 40; i++) {
        reference = reference.restrict(Reader.class);
        all.add(reference);
      }
      assertThat(all.get(30).call("balance")).isEqualTo(0);
      assertThatThrownBy(() -> all.getLast().call("balance"))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("32 times");
      all.forEach(RRef::close);
    }
  }

  @Nested
  class ARevocableOne {
    @Test
    void aRevocableReferenceWorksLikeTheOriginalUntilRevoked() {
      try (Revocable<Account> lent = account.revocable();
          RRef<Account> reference = lent.rref()) {
        assertThat(reference.<Integer, RuntimeException>rpcSync(a -> a.add(1))).isEqualTo(1);
        assertThat(reference.call("balance")).isEqualTo(1);
        assertThat(lent.isRevoked()).isFalse();
        lent.revoke();
        lent.revoke();
        assertThat(lent.isRevoked()).isTrue();
        assertRevoked(reference);
        assertThat(account.call("balance")).isEqualTo(1);
      }
    }

    private void assertRevoked(RRef<?> reference) {
      int before = ADDED.get();
      assertRefused(() -> reference.call("add", 1), "revoked");
      assertRefused(reference::toHere, "revoked");
      assertRefused(() -> reference.runSync(a -> ADDED.incrementAndGet()), "revoked");
      try (RRef<Reader> more = reference.restrict(Reader.class)) {
        assertRefused(() -> more.call("balance"), "revoked");
      }
      assertThat(ADDED).hasValue(before);
    }

    @Test
    void revokingTakesEffectOnEveryWorker() {
      Revocable<Account> lent = account.revocable();
      RRef<Account> reference = lent.rref();
      RRef<RRef<Account>> atBob = alice.peer("bob").remote(() -> reference);
      RRef<RRef<Account>> atOwner = alice.peer("owner").remote(() -> reference);
      assertThat(atBob.<Object, RuntimeException>rpcSync(r -> r.call("balance"))).isEqualTo(0);
      assertThat(atOwner.<Integer, RuntimeException>rpcSync(r -> r.localValue().balance()))
          .isEqualTo(0);
      lent.revoke();
      for (RRef<RRef<Account>> each : List.of(atBob, atOwner)) {
        assertThatThrownBy(() -> each.runSync(r -> r.call("balance")))
            .isInstanceOf(RefusedException.class)
            .hasMessageContaining("revoked");
      }
      assertThatThrownBy(() -> atOwner.runSync(RRef::localValue))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("revoked");
      atBob.runSync(RRef::close);
      atOwner.runSync(RRef::close);
      atBob.close();
      atOwner.close();
      reference.close();
      lent.close();
    }

    @Test
    void revokingAlsoRevokesReferencesDerivedFromIt() {
      try (Revocable<Account> lent = account.revocable();
          RRef<Account> reference = lent.rref();
          RRef<Reader> reader = reference.restrict(Reader.class);
          Revocable<Reader> again = reader.revocable();
          RRef<Reader> last = again.rref()) {
        assertThat(last.call("balance")).isEqualTo(0);
        assertRefused(() -> last.call("add", 1), "Reader");
        again.revoke();
        assertRefused(() -> last.call("balance"), "revoked");
        assertThat(reader.call("balance")).isEqualTo(0);
        lent.revoke();
        assertRefused(() -> reader.call("balance"), "revoked");
      }
    }

    @Test
    void revokingLetsRunningCallsFinishAndReleasesTheValue() throws Exception {
      gate = new CountDownLatch(1);
      inside = new CountDownLatch(1);
      Revocable<Account> lent = account.revocable();
      RRef<Account> reference = lent.rref();
      CompletableFuture<Integer> running = reference.rpcAsync(Account::waitInside);
      assertThat(inside.await(20, TimeUnit.SECONDS)).isTrue();
      account.close();
      lent.revoke();
      assertRefused(reference::toHere, "revoked");
      assertThat(FREED).as("a call on it runs").hasValue(0);
      gate.countDown();
      assertThat(running.join()).isZero();
      Groups.eventually("freed while it is still held", () -> FREED.get() == 1);
      reference.close();
      lent.close();
    }

    @Test
    void aRevocableReferenceStaysUsableWhenItsRevokerIsGone() {
      Revocable<Account> lent = account.revocable();
      RRef<Account> reference = lent.rref();
      lent.close();
      assertThat(reference.call("balance")).isEqualTo(0);
      assertThatThrownBy(lent::revoke).isInstanceOf(io.farref.RRefReleasedException.class);
      reference.close();
    }

    @Test
    void theMakerCanRevokeWhicheverWorkerIsTheOwner() {
      RRef<Account> mine = bob.rref(new Account());
      try (Revocable<Account> lent = mine.revocable();
          RRef<Account> reference = lent.rref()) {
        assertThat(reference.localValue().balance()).isZero();
        lent.revoke();
        assertRefused(reference::localValue, "revoked");
      }
      mine.close();
      Groups.eventually("freed", () -> FREED.get() == 1);
      FREED.set(0);
    }
  }
}
