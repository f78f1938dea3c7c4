package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.Peer;
import io.farref.RRef;
import io.farref.UnknownMethodException;
import io.farref.Worker;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import java.io.IOException;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Interfaces and method names used to call objects on other workers. */
@ExtendWith(NoLeaks.class)
@ParameterizedClass
@EnumSource(Wire.class)
class FacadesOverWorkersTest {
  private final LocalGroup group;
  private final Worker a;
  private final Peer toB;
  private final Peer toC;

  FacadesOverWorkersTest(Wire wire) {
    group = wire.group().start("a", "b", "c");
    a = group.worker("a");
    toB = a.peer("b");
    toC = a.peer("c");
  }

  @BeforeEach
  void reset() {
    Gates.reset();
    Shop.PROMISES.clear();
  }

  @AfterEach
  void close() {
    Gates.reset();
    Groups.closeEmpty(group);
  }

  /** A supertype of the values. */
  abstract static class Named {
    String name() {
      return "shop on " + Worker.current().name();
    }
  }

  interface Greeting {
    default String greet(String whom) {
      return "hello " + whom;
    }
  }

  interface Store<K, V> {
    V put(K key, V value);
  }

  static final class Shop extends Named implements Greeting, Store<String, Integer> {
    static final Queue<CompletableFuture<Integer>> PROMISES = new ConcurrentLinkedQueue<>();

    private final Map<String, Integer> stock = new java.util.concurrent.ConcurrentHashMap<>();

    @Override
    public Integer put(String key, Integer value) {
      Integer old = stock.put(key, value);
      return old == null ? 0 : old;
    }

    int price(int amount) {
      return amount * 2;
    }

    long price(long amount) {
      return amount * 3;
    }

    String price(String article) {
      return article + " is free";
    }

    int sum(int... all) {
      return java.util.Arrays.stream(all).sum();
    }

    void pass(String gate) {
      Gates.pass(gate);
    }

    void fail(String message) throws IOException {
      throw new IOException(message);
    }

    CompletionStage<Integer> promise() {
      CompletableFuture<Integer> promise = new CompletableFuture<>();
      PROMISES.add(promise);
      return promise;
    }

    CompletableFuture<Integer> broken() {
      return CompletableFuture.failedFuture(new IOException("sold out"));
    }

    RRef<Shop> branch() {
      return Worker.current().rref(new Shop());
    }
  }

  interface SyncShop {
    int price(int amount);

    long price(long amount);

    String price(String article);

    String name();

    String greet(String whom);

    int sum(int... all);
  }

  interface AsyncShop {
    CompletableFuture<Integer> price(int amount);

    CompletionStage<String> name();

    CompletableFuture<Void> pass(String gate);

    CompletableFuture<Void> fail(String message);
  }

  interface RemoteShop {
    RRef<Integer> price(int amount);

    RRef<Void> fail(String message);

    RRef<Integer> promise();
  }

  // ---- Styles and methods ----------------------------------------------------------------------

  @Test
  void theReturnTypeOfTheFacadesMethodChoosesSyncAsyncOrRemote() {
    try (RRef<Shop> shop = toB.remote(Shop::new)) {
      assertThat(shop.as(SyncShop.class).price(4)).isEqualTo(8);
      AsyncShop async = shop.as(AsyncShop.class);
      CompletableFuture<Void> waiting = async.pass("open");
      assertThat(async.price(4).join()).isEqualTo(8);
      assertThat(waiting).isNotDone();
      Gates.open("open");
      waiting.join();
      try (RRef<Integer> there = shop.as(RemoteShop.class).price(4)) {
        assertThat(there.owner().name()).isEqualTo("b");
        assertThat(there.toHere()).isEqualTo(8);
      }
    }
  }

  @Test
  void overloadedInheritedDefaultAndGenericMethodsAreFound() {
    try (RRef<Shop> shop = toB.remote(Shop::new)) {
      SyncShop facade = shop.as(SyncShop.class);
      assertThat(facade.price(1)).isEqualTo(2);
      assertThat(facade.price(1L)).isEqualTo(3);
      assertThat(facade.price("tea")).isEqualTo("tea is free");
      assertThat(facade.name()).isEqualTo("shop on b");
      assertThat(facade.greet("you")).isEqualTo("hello you");
      assertThat(facade.sum(1, 2, 3)).isEqualTo(6);
      @SuppressWarnings("unchecked")
      Store<String, Integer> store = shop.as(Store.class);
      assertThat(store.put("tea", 5)).isZero();
      assertThat(store.put("tea", 6)).isEqualTo(5);
    }
  }

  @Test
  void methodsOfObjectAreLocalAndEqualFacadesAreEqual() {
    RRef<Shop> shop = toB.remote(Shop::new);
    SyncShop facade = shop.as(SyncShop.class);
    assertThat(facade)
        .isEqualTo(shop.as(SyncShop.class))
        .hasSameHashCodeAs(shop.as(SyncShop.class));
    assertThat(facade).isNotEqualTo(shop.as(AsyncShop.class));
    shop.close();
    assertThat(facade.toString()).contains("SyncShop");
    assertThat(facade.equals(facade)).isTrue();
  }

  // ---- Life and travel -------------------------------------------------------------------------

  @Test
  void aFacadeKeepsItsReferenceAlive() {
    SyncShop facade = toB.remote(Shop::new).as(SyncShop.class);
    for (int i = 0; i < 3; i++) {
      System.gc();
      assertThat(facade.price(i)).isEqualTo(2 * i);
    }
    assertThat(a.stats().referencesHeld()).isEqualTo(1);
  }

  @Test
  void aFacadeCanBeSentAndArrivesAsAFacade() {
    SyncShop facade = toB.remote(Shop::new).as(SyncShop.class);
    String seen = toC.rpcSync(() -> Worker.current().name() + ": " + facade.name());
    assertThat(seen).isEqualTo("c: shop on b");
    int onTheOwner = toB.rpcSync(() -> facade.price(3));
    assertThat(onTheOwner).isEqualTo(6);
    SyncShop back = toC.rpcSync(() -> facade);
    assertThat(back).isEqualTo(facade).isNotSameAs(facade);
    Map<String, List<SyncShop>> graph = Map.of("shops", List.of(facade, facade));
    int both = toC.rpcSync(() -> graph.get("shops").stream().mapToInt(s -> s.price(1)).sum());
    assertThat(both).isEqualTo(4);
  }

  @Test
  void aFacadeWorksBeforeTheValueExists() {
    try (RRef<Shop> shop =
        toB.remote(
            () -> {
              Gates.pass("constructor");
              return new Shop();
            })) {
      AsyncShop facade = shop.as(AsyncShop.class);
      CompletableFuture<Integer> price = facade.price(21);
      RRef<Integer> there = shop.as(RemoteShop.class).price(5);
      CompletableFuture<String> elsewhere =
          toC.rpcAsync(() -> facade.name().toCompletableFuture().join());
      assertThat(price).isNotDone();
      Gates.open("constructor");
      assertThat(price.join()).isEqualTo(42);
      assertThat(there.toHere()).isEqualTo(10);
      assertThat(elsewhere.join()).isEqualTo("shop on b");
      there.close();
    }
  }

  // ---- Default methods -------------------------------------------------------------------------

  interface WithDefaults {
    int price(int amount);

    default int twice(int amount) {
      return 2 * price(amount);
    }

    default CompletableFuture<String> later(String text) {
      return CompletableFuture.completedFuture(text + " here");
    }

    default String greet(String whom) {
      return "never: the owner has one for " + whom;
    }

    static int helper() {
      return 1;
    }
  }

  @Test
  void aDefaultMethodWithoutCounterpartRunsLocallyAndOneWithCounterpartThere() {
    try (RRef<Shop> shop = toB.remote(Shop::new)) {
      WithDefaults facade = shop.as(WithDefaults.class);
      assertThat(facade.twice(3)).isEqualTo(12);
      assertThat(facade.twice(4)).isEqualTo(16);
      assertThat(facade.later("text").join()).isEqualTo("text here");
      assertThat(facade.greet("you")).isEqualTo("hello you");
    }
  }

  // ---- What goes wrong -------------------------------------------------------------------------

  interface Declaring {
    void fail(String message) throws IOException;
  }

  interface Undeclaring {
    void fail(String message);
  }

  @Test
  void aCheckedExceptionArrivesAsItsOwnTypeOrUndeclared() {
    try (RRef<Shop> shop = toB.remote(Shop::new)) {
      assertThatThrownBy(() -> shop.as(Declaring.class).fail("no tea"))
          .isExactlyInstanceOf(IOException.class)
          .hasMessage("no tea")
          .hasStackTraceContaining("on worker b, called from worker a");
      assertThatThrownBy(() -> shop.as(Undeclaring.class).fail("no tea"))
          .isInstanceOf(UndeclaredThrowableException.class)
          .hasCauseExactlyInstanceOf(IOException.class);
      assertThatThrownBy(() -> shop.as(AsyncShop.class).fail("no tea").join())
          .isInstanceOf(CompletionException.class)
          .hasCauseExactlyInstanceOf(IOException.class);
      try (RRef<Void> there = shop.as(RemoteShop.class).fail("no tea")) {
        assertThatThrownBy(there::toHere).isExactlyInstanceOf(IOException.class);
      }
    }
  }

  interface Misspelt {
    int prize(int amount);
  }

  interface WrongTypes {
    int price(List<String> amounts);
  }

  @Test
  void aMissingMethodFailsWithTheClassAndTheNearestNames() {
    try (RRef<Shop> shop = toB.remote(Shop::new)) {
      assertThatThrownBy(() -> shop.as(Misspelt.class).prize(1))
          .isInstanceOf(UnknownMethodException.class)
          .hasMessageContaining(Shop.class.getTypeName())
          .hasMessageContaining("price(int)")
          .satisfies(e -> assertThat(((UnknownMethodException) e).safeToRetry()).isTrue());
      assertThatThrownBy(() -> shop.as(WrongTypes.class).price(List.of()))
          .isInstanceOf(UnknownMethodException.class)
          .hasMessageContaining("price(java.lang.String)");
      assertThatThrownBy(() -> shop.call("prise", 1))
          .isInstanceOf(UnknownMethodException.class)
          .hasMessageContaining("price(int)");
      // The failure is not remembered for the reference or the class.
      assertThat(shop.call("price", 1)).isEqualTo(2);
    }
  }

  @Test
  void aFailedLookupIsNeverRemembered() {
    try (RRef<Object> value = toB.remote(() -> "text");
        RRef<Shop> broken =
            toB.remote(
                () -> {
                  throw new IllegalStateException("not yet");
                })) {
      assertThatThrownBy(() -> value.as(SyncShop.class).price(1))
          .isInstanceOf(UnknownMethodException.class);
      assertThatThrownBy(() -> broken.as(SyncShop.class).price(1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("not yet");
    }
    try (RRef<Shop> shop = toB.remote(Shop::new)) {
      assertThat(shop.as(SyncShop.class).price(1)).isEqualTo(2);
    }
  }

  @Test
  void asRefusesAMissingCounterpartWhereTheClassIsKnown() {
    try (RRef<Shop> here = a.rref(new Shop());
        RRef<Shop> there = toB.remote(Shop::new)) {
      assertThatThrownBy(() -> here.as(Misspelt.class))
          .isInstanceOf(UnknownMethodException.class)
          .hasMessageContaining("prize");
      Misspelt late = there.as(Misspelt.class);
      assertThatThrownBy(() -> late.prize(1)).isInstanceOf(UnknownMethodException.class);
      assertThat(here.as(WithDefaults.class).twice(1)).isEqualTo(4);
      assertThatThrownBy(() -> there.as(String.class))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("java.lang.String");
    }
  }

  // ---- Stages ----------------------------------------------------------------------------------

  interface Promising {
    CompletableFuture<Integer> promise();
  }

  interface PromisingSync {
    int promise();

    int broken() throws IOException;
  }

  @Test
  void aHundredThousandPendingStageCallsHoldNoThread() throws Exception {
    try (RRef<Shop> shop = toB.remote(Shop::new)) {
      Promising facade = shop.as(Promising.class);
      List<CompletableFuture<Integer>> all = new ArrayList<>();
      for (int i = 0; i < 100_000; i++) {
        all.add(facade.promise());
      }
      Groups.eventually("all have begun", () -> Shop.PROMISES.size() == 100_000);
      assertThat(a.stats().callsPending()).isEqualTo(100_000);
      assertThat(Thread.getAllStackTraces().keySet().stream().map(Thread::getName))
          .filteredOn(name -> name.startsWith("farref-b-"))
          .hasSizeLessThan(50);
      assertThat(shop.as(SyncShop.class).price(1)).isEqualTo(2); // others are still served
      int next = 0;
      for (CompletableFuture<Integer> promise : Shop.PROMISES) {
        promise.complete(next++);
      }
      CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
      assertThat(all.stream().mapToLong(CompletableFuture::join).sum())
          .isEqualTo(99_999L * 100_000 / 2);
    }
  }

  @Test
  void aStageIsFlattenedInEveryCallStyle() {
    try (RRef<Shop> shop = toB.remote(Shop::new)) {
      CompletableFuture<Integer> sync =
          CompletableFuture.supplyAsync(() -> shop.as(PromisingSync.class).promise());
      RRef<Integer> remote = shop.as(RemoteShop.class).promise();
      CompletableFuture<Object> byName = shop.callAsync("promise");
      RRef<Object> remoteByName = shop.callRemote("promise");
      Groups.eventually("all have begun", () -> Shop.PROMISES.size() == 4);
      assertThat(sync).isNotDone();
      Shop.PROMISES.forEach(each -> each.complete(7));
      assertThat(sync.join()).isEqualTo(7);
      assertThat(remote.toHere()).isEqualTo(7);
      assertThat(byName.join()).isEqualTo(7);
      assertThat(remoteByName.toHere()).isEqualTo(7);
      assertThatThrownBy(() -> shop.as(PromisingSync.class).broken())
          .isExactlyInstanceOf(IOException.class)
          .hasMessage("sold out");
      remote.close();
      remoteByName.close();
    }
  }

  // ---- By name ---------------------------------------------------------------------------------

  @Test
  void callsByNameWorkInEveryStyle() {
    try (RRef<Shop> shop = toB.remote(Shop::new)) {
      assertThat(shop.call("price", 3)).isEqualTo(6);
      assertThat(shop.call("price", 3L)).isEqualTo(9L);
      assertThat(shop.call("price", "tea")).isEqualTo("tea is free");
      assertThat(shop.call("put", "tea", 5)).isEqualTo(0);
      assertThat(shop.callAsync("name").join()).isEqualTo("shop on b");
      try (RRef<Object> there = shop.callRemote("price", 3)) {
        assertThat(there.toHere()).isEqualTo(6);
      }
      assertThatThrownBy(() -> shop.call("fail", "no tea"))
          .isInstanceOf(UndeclaredThrowableException.class)
          .hasCauseExactlyInstanceOf(IOException.class);
      assertThatThrownBy(() -> shop.call(null)).isInstanceOf(NullPointerException.class);
      assertThat(shop.callAsync(null)).isCompletedExceptionally();
      try (RRef<Object> bad = shop.callRemote(null)) {
        assertThatThrownBy(bad::toHere).isInstanceOf(NullPointerException.class);
      }
    }
  }

  @Test
  void aMethodMayReturnAReferenceToAValueOfTheOwner() {
    try (RRef<Shop> shop = toB.remote(Shop::new)) {
      @SuppressWarnings("unchecked")
      RRef<Shop> branch = (RRef<Shop>) shop.call("branch");
      assertThat(branch.owner().name()).isEqualTo("b");
      assertThat(branch.as(SyncShop.class).price(1)).isEqualTo(2);
      branch.close();
    }
  }

  @Test
  void aFacadeMayBeAnInterfaceOfTheJdk() {
    try (RRef<List<String>> list = toB.remote(() -> new ArrayList<>(List.of("b", "a")))) {
      @SuppressWarnings("unchecked")
      List<String> facade = list.as(List.class);
      assertThat(facade.size()).isEqualTo(2);
      facade.add("c");
      assertThat(facade.get(2)).isEqualTo("c");
      assertThat(list.toHere()).containsExactly("b", "a", "c");
    }
    try (RRef<Comparator<String>> order = a.rref(Comparator.<String>reverseOrder())) {
      assertThat(order.as(Comparator.class)).isNotNull();
    }
  }
}
