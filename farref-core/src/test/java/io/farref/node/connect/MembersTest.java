package io.farref.node.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.group.Member;
import java.util.AbstractList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A loop over the members sees the group at one moment. */
class MembersTest {
  private static final Member A = new Member(0, "a", 0, "at-a", "inc-a");
  private static final Member B = new Member(1, "b", 1, "at-b", "inc-b");
  private static final Member NEXT_B = new Member(2, "b", 1, "at-b2", "inc-b2");

  private final Members members = new Members();

  /** A list of members that runs an action whenever one of them is looked at. */
  private static List<Member> watched(Runnable action, Member... all) {
    return new AbstractList<>() {
      @Override
      public Member get(int index) {
        action.run();
        return all[index];
      }

      @Override
      public int size() {
        return all.length;
      }

      @Override
      public void forEach(Consumer<? super Member> each) {
        for (int i = 0; i < all.length; i++) {
          each.accept(get(i));
        }
        action.run();
      }
    };
  }

  @Test
  void aMemberAndTheOneThatReplacesItAreNeverPresentTogether() {
    members.update(List.of(A, B));
    Runnable look =
        () -> assertThat(members.present()).extracting(Member::name).containsExactly("a", "b");
    assertThat(members.update(watched(look, A, NEXT_B))).containsExactly(B.id());
    look.run();
    assertThat(members.present()).containsExactly(A, NEXT_B);
    assertThat(members.isGone(B.id())).isTrue();
    assertThat(members.member(B.id())).isEqualTo(B);
  }

  @Test
  void aListOfPresentMembersDoesNotChangeWhenOneIsLost() {
    members.update(List.of(A, B));
    List<Member> before = members.present();
    assertThat(members.remove(B.id())).isTrue();
    assertThat(before).containsExactly(A, B);
    assertThat(members.present()).containsExactly(A);
    assertThat(members.remove(B.id())).isFalse();
    members.update(List.of(A, B)); // the store has not been told yet
    assertThat(members.present()).containsExactly(A);
  }
}
