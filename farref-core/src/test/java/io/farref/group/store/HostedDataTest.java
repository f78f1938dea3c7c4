package io.farref.group.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.group.store.HostedData.Account;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How much each user of a hosted store may keep, and what stays when it is gone. */
class HostedDataTest {
  /** A key of one character with this value takes a kibibyte. */
  private static final byte[] VALUE = new byte[1024 - HostedData.KEY_COST - 4];

  private static final long KIB = 1024;
  private static final StoreLimits LIMITS =
      new StoreLimits(2 * KIB, 8 * KIB, 12 * KIB, 6 * KIB, 1 << 20, 1 << 20);

  private final HostedData hosted = new HostedData(LIMITS);
  private final Account a = new Account();
  private final Account b = new Account();

  private void put(Account user, String... keys) {
    for (String key : keys) {
      try {
        hosted.put(user, key, VALUE, false);
      } catch (StoreFullException e) {
        throw new AssertionError(e);
      }
    }
  }

  private void fill(Account user, String keys) {
    put(user, keys.split(""));
  }

  private int keys() {
    return hosted.data().size();
  }

  @Test
  void aUserThatKeepsTooMuchIsToldTheLimitTheSizeAndTheKeyAndNothingChanges() {
    fill(a, "12345678");
    long revision = hosted.data().revision();
    assertThatThrownBy(() -> hosted.put(a, "9", VALUE, false))
        .isInstanceOf(StoreFullException.class)
        .hasMessageContainingAll("key '9'", "9216 bytes", "limit for one worker is 8192");
    assertThatThrownBy(() -> hosted.putIfAbsent(a, "9", VALUE, true))
        .isInstanceOf(StoreFullException.class);
    assertThatThrownBy(() -> hosted.add(a, "c", 1)).isInstanceOf(StoreFullException.class);
    assertThatThrownBy(() -> hosted.put(a, "1", new byte[VALUE.length + 1], false))
        .isInstanceOf(StoreFullException.class);
    assertThat(hosted.data().revision()).isEqualTo(revision);
    fill(b, "9");
    put(a, "1");
    assertThat(hosted.remove("2")).isTrue();
    fill(a, "2");
  }

  @Test
  void manyUsersTogetherFillTheStoreAndEachCanStillKeepWhatIsGuaranteed() {
    fill(a, "12345678");
    fill(b, "ABCDEFGH");
    Account c = new Account();
    fill(c, "xy");
    assertThatThrownBy(() -> hosted.put(c, "z", VALUE, false))
        .isInstanceOf(StoreFullException.class)
        .hasMessageContainingAll(
            "the store is full", "key 'z'", "13312 bytes", "limit is 12288", "keeps 2048");
    hosted.leave(a);
    fill(c, "z");
  }

  @Test
  void aKeyCountsForTheUserThatSetItLast() {
    fill(a, "12");
    put(b, "1");
    assertThat(a.bytes()).isEqualTo(KIB);
    assertThat(b.bytes()).isEqualTo(KIB);
    hosted.remove("1");
    assertThat(b.bytes()).isZero();
  }

  @Test
  void keysAndCountersOfOneNameAreTwo() throws StoreFullException {
    fill(a, "1");
    assertThat(hosted.add(b, "1", 5)).isEqualTo(5);
    assertThat(hosted.add(b, "2", 0)).isZero();
    assertThat(keys()).isEqualTo(2);
    hosted.remove("1");
    assertThat(keys()).isEqualTo(1);
    assertThat(hosted.add(a, "1", 1)).isEqualTo(6);
    assertThat(a.bytes()).isZero();
  }

  @Test
  void whatAUserThatIsGoneHasLeftStaysUnlessItIsEphemeral() throws StoreFullException {
    fill(a, "12");
    hosted.putIfAbsent(a, "3", VALUE, true);
    hosted.putIfAbsent(a, "4", VALUE, true);
    put(b, "4"); // no longer a's, and not ephemeral
    assertThat(hosted.leave(a)).isZero();
    assertThat(hosted.data().list("").entries()).containsOnlyKeys("1", "2", "4");
    assertThat(hosted.left()).isEqualTo(2 * KIB);
    hosted.remove("1");
    put(b, "2");
    assertThat(hosted.left()).isZero();
  }

  @Test
  void ifTooMuchIsLeftTheUserThatLeftMostLosesItsKeys() throws StoreFullException {
    fill(a, "1");
    assertThat(hosted.leave(a)).isZero();
    int removed = 0;
    for (int i = 0; i < 1_000; i++) {
      Account flood = new Account();
      put(flood, "x" + i, "y" + i);
      hosted.add(flood, "z" + i, 1);
      removed += hosted.leave(flood);
    }
    assertThat(hosted.left()).isBetween(1L, LIMITS.left());
    assertThat(removed).isGreaterThan(2_900);
    assertThat(hosted.data().get("1")).as("of the user that left little").isPresent();
    assertThat(keys()).isLessThan(20);
  }

  @Test
  void theChangesOfLongKeysAreForgottenEarlier() {
    StoreData data = new StoreData();
    long before = data.revision();
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      keys.add("%01000d".formatted(i));
      data.put(keys.getLast(), new byte[0]);
    }
    assertThat(data.remembers(before)).isFalse();
    assertThat(data.remembers(data.revision() - 1_000)).isTrue();
    data.remove(keys.getFirst());
    assertThat(data.keysChangedSince("", data.revision() - 1)).containsExactly(keys.getFirst());
  }
}
