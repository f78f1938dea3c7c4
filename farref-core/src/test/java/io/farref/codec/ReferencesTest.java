package io.farref.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.Peer;
import io.farref.RRef;
import io.farref.RemoteCallable;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

class ReferencesTest {
  private final transient Pipe pipe = Pipe.of();

  interface Counting {
    int add(int k);
  }

  record Holder(RRef<?> ref, Peer peer, Counting facade) {}

  @Test
  void referencesAndPeersTravelBesideTheMessage() {
    RRef<?> ref = Stubs.reference();
    Peer peer = Stubs.peer(3);
    Holder copy = pipe.copy(new Holder(ref, peer, null));
    assertThat(copy.ref()).isSameAs(ref);
    assertThat(copy.peer()).isSameAs(peer);
    assertThat(pipe.copy(List.of(ref, Map.of("p", peer))))
        .isEqualTo(List.of(ref, Map.of("p", peer)));
    RemoteCallable<Object, RuntimeException> fn = () -> List.of(ref, peer);
    assertThat(pipe.copy(fn).call()).isEqualTo(List.of(ref, peer));
  }

  @Test
  void facadesArriveAsFacadesOfTheSameReference() {
    RRef<?> ref = Stubs.reference();
    Counting counting = (Counting) Stubs.facade(ref, Counting.class);
    Object[] copy = pipe.copy(new Object[] {counting, counting, Stubs.facade(ref, Callable.class)});
    FacadeHandler handler = (FacadeHandler) Proxy.getInvocationHandler(copy[0]);
    assertThat(copy[0]).isInstanceOf(Counting.class).isNotSameAs(counting);
    assertThat(handler.facade()).isEqualTo(Counting.class);
    assertThat(handler.reference()).isSameAs(ref);
    assertThat(copy[1]).isSameAs(copy[0]);
    assertThat(copy[2]).isInstanceOf(Callable.class);
  }
}
