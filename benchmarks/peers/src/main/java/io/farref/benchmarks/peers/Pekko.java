package io.farref.benchmarks.peers;

import com.typesafe.config.ConfigFactory;
import io.farref.benchmarks.Check;
import io.farref.benchmarks.Client;
import io.farref.benchmarks.Contender;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.actor.Props;
import org.apache.pekko.pattern.Patterns;

/** Apache Pekko. */
public final class Pekko implements Contender {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int LARGEST = 1 << 20;
  private static final AtomicInteger LIVE = new AtomicInteger();

  private static final String CONFIGURATION =
      """
      pekko {
        loglevel = WARNING
        stdout-loglevel = OFF
        log-dead-letters = off
        actor {
          provider = remote
          allow-java-serialization = off
          serialization-bindings { "%s" = jackson-cbor }
        }
        remote.artery {
          transport = tcp
          canonical { hostname = "127.0.0.1", port = 0 }
          advanced.maximum-frame-size = 1200 KiB
        }
      }
      """
          .formatted(Message.class.getName());

  /** The messages of the actors. */
  public interface Message {}

  /** Asks for a sum. */
  public record Add(int a, int b) implements Message {}

  /** Asks for a new actor. */
  public record Open(int unused) implements Message {}

  /** Asks how many actors there are. */
  public record Count(int unused) implements Message {}

  /** The answer to all but {@link Open}. */
  public record Result(int value) implements Message {}

  /** An object on the server. */
  public static final class Sum extends AbstractActor {
    private int sum;

    @Override
    public void preStart() {
      LIVE.incrementAndGet();
    }

    @Override
    public void postStop() {
      LIVE.decrementAndGet();
    }

    @Override
    public Receive createReceive() {
      return receiveBuilder().match(Add.class, this::add).build();
    }

    private void add(Add message) {
      sum += message.a;
      getSender().tell(new Result(sum), getSelf());
    }
  }

  /** The interface of the server. */
  public static final class Desk extends AbstractActor {
    @Override
    public Receive createReceive() {
      return receiveBuilder()
          .match(Add.class, message -> answer(new Result(message.a + message.b)))
          .match(byte[].class, payload -> answer(new Result(payload.length)))
          .match(Open.class, _ -> answer(getContext().actorOf(Props.create(Sum.class))))
          .match(Count.class, _ -> answer(new Result(LIVE.get())))
          .build();
    }

    private void answer(Object message) {
      getSender().tell(message, getSelf());
    }
  }

  @Override
  public String name() {
    return "pekko";
  }

  @Override
  public String about() {
    return "Pekko actors, ask: Artery over TCP, records in Jackson CBOR, byte arrays as they are,"
        + " default dispatchers; many in flight: asks from one thread; objects: an actor"
        + " each, stopped by a PoisonPill; 64 MiB would need larger frames for everything"
        + " and is left out";
  }

  private static ActorSystem system() {
    return ActorSystem.create(
        "farref", ConfigFactory.parseString(CONFIGURATION).withFallback(ConfigFactory.load()));
  }

  @Override
  public String serve() {
    ActorSystem system = system();
    ActorRef desk = system.actorOf(Props.create(Desk.class), "desk");
    return desk.path()
        .toStringWithAddress(((ExtendedActorSystem) system).provider().getDefaultAddress());
  }

  @Override
  public Client connect(String address) {
    ActorSystem system = system();
    ActorRef desk =
        system.actorSelection(address).resolveOne(PATIENCE).toCompletableFuture().join();
    return new Caller(system, desk);
  }

  private static CompletableFuture<Object> ask(ActorRef actor, Object message) {
    return Patterns.ask(actor, message, PATIENCE).toCompletableFuture();
  }

  private static CompletableFuture<Integer> number(ActorRef actor, Object message) {
    return ask(actor, message).thenApply(answer -> ((Result) answer).value);
  }

  private static void stop(ActorRef actor) {
    actor.tell(PoisonPill.getInstance(), ActorRef.noSender());
  }

  private record Caller(ActorSystem system, ActorRef desk) implements Client {
    @Override
    public int add(int a, int b) {
      return number(desk, new Add(a, b)).join();
    }

    @Override
    public long calls(int inFlight, long nanos) {
      return Client.async(inFlight, nanos, (a, b) -> number(desk, new Add(a, b)));
    }

    @Override
    public Transfer payload(int size) {
      if (size > LARGEST) {
        throw new UnsupportedOperationException();
      }
      byte[] payload = new byte[size];
      return () -> Check.equal(number(desk, payload).join(), size);
    }

    @Override
    public Held hold() {
      return new HeldSum((ActorRef) ask(desk, new Open(0)).join());
    }

    @Override
    public long objects(int inFlight, long nanos) {
      Queue<CompletableFuture<Integer>> window = new ArrayDeque<>();
      long end = System.nanoTime() + nanos;
      long done = 0;
      for (; System.nanoTime() < end; done++) {
        if (window.size() == inFlight) {
          Check.equal(window.remove().join(), 1);
        }
        window.add(ask(desk, new Open(0)).thenCompose(sum -> once((ActorRef) sum)));
      }
      window.forEach(sum -> Check.equal(sum.join(), 1));
      return done;
    }

    private static CompletableFuture<Integer> once(ActorRef sum) {
      return number(sum, new Add(1, 0)).whenComplete((_, _) -> stop(sum));
    }

    @Override
    public int live() {
      return number(desk, new Count(0)).join();
    }

    @Override
    public void close() {
      system.terminate();
    }
  }

  private record HeldSum(ActorRef actor) implements Client.Held {
    @Override
    public int add(int n) {
      return number(actor, new Add(n, 0)).join();
    }

    @Override
    public void release() {
      stop(actor);
    }
  }
}
