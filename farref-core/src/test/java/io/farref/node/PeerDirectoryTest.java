package io.farref.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.farref.Peer;
import io.farref.UnknownPeerException;
import io.farref.group.Member;
import io.farref.node.connect.Members;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PeerDirectoryTest {
  private static final Member A = new Member(0, "a", 0, "at-a", "inc-a");
  private static final Member B = new Member(1, "b", 1, "at-b", "inc-b");

  private final Members members = new Members();

  private PeerDirectory directory(long newcomerMillis, Runnable onLookUp) {
    return new PeerDirectory(
        members,
        newcomerMillis,
        member -> {
          onLookUp.run();
          return new GroupPeer(null, member, null);
        });
  }

  @Test
  void theListOfPeersHasAPeerThatIsLostWhileTheListIsMade() {
    members.update(List.of(A, B));
    PeerDirectory directory = directory(0, () -> members.update(List.of(A)));
    assertThat(directory.peers()).extracting(Peer::name).containsExactly("a", "b");
    assertThat(directory.peers()).extracting(Peer::name).containsExactly("a");
  }

  @Test
  void aPeerOfWhichOthersLearnedBeforeIsAwaited() throws Exception {
    members.update(List.of(A));
    PeerDirectory directory = directory(30_000, () -> {});
    CompletableFuture<Peer> found = new CompletableFuture<>();
    Thread finder = Thread.ofPlatform().start(() -> found.complete(directory.peer(B.id())));
    await().until(() -> finder.getState() == Thread.State.TIMED_WAITING);
    members.update(List.of(A, B));
    assertThat(found.get(20, TimeUnit.SECONDS).name()).isEqualTo("b");
  }

  @Test
  void aPeerThatDoesNotComeIsUnknownAndTheMessageListsThePresentOnes() {
    members.update(List.of(A));
    assertThatThrownBy(() -> directory(10, () -> {}).peer(B.id()))
        .isInstanceOf(UnknownPeerException.class)
        .hasMessage("the group has no worker of id 1; it has [a (rank 0)]");
  }
}
