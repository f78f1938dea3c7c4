package io.farref.ref.lifetime;

import io.farref.session.SimulatedSession;
import io.farref.session.VirtualTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Three workers call each other and pass references on, over sessions whose links break before,
 * while and after calls run: the real sessions and the real lifetime tables, and calls that take
 * their time, all in virtual time and from one seed.
 */
final class TogetherSimulation {
  private static final int WORKERS = 3;
  private static final long LENGTH = 6_000;

  private final VirtualTime time = new VirtualTime();
  private final SplittableRandom random;
  private final boolean harmless;
  private final Node[] nodes = new Node[WORKERS];
  private final SimulatedSession[][] sessions = new SimulatedSession[WORKERS][WORKERS];
  private final List<Message> messages = new ArrayList<>();
  private final Set<Integer> received = new HashSet<>();
  private final Map<ValueId, Long> tokens = new HashMap<>();
  private final Map<ValueId, Integer> uses = new HashMap<>();
  private final Set<ValueId> freed = new HashSet<>();
  private final Map<Integer, Integer> runs = new HashMap<>();
  private final Set<Integer> answered = new HashSet<>();
  private final Set<Integer> notExecuted = new HashSet<>();
  private int lastCall;
  private long lastCut;

  /** The first violation, if there is one. */
  private @Nullable String complaint;

  private int losses;

  private sealed interface Message {
    int from();

    int to();

    record Call(
        int from,
        int to,
        int number,
        TableById.@Nullable Creation creation,
        @Nullable ValueId target,
        List<Carried> references)
        implements Message {}

    record Reply(int from, int to, int number, List<Carried> references) implements Message {}

    record Notice(int from, int to, ControlMessage control) implements Message {}
  }

  private record Carried(ValueId id, long token, long transfer) {}

  /**
   * @param harmless whether each break has the time to heal before the next, so that no worker is
   *     lost
   */
  TogetherSimulation(long seed, boolean harmless) {
    random = new SplittableRandom(seed);
    this.harmless = harmless;
    for (int i = 0; i < WORKERS; i++) {
      nodes[i] = new Node(i);
    }
    for (int i = 0; i < WORKERS; i++) {
      for (int j = i + 1; j < WORKERS; j++) {
        SimulatedSession session = new SimulatedSession(time, random.split());
        sessions[i][j] = session;
        sessions[j][i] = session;
        Node dialer = nodes[i];
        Node acceptor = nodes[j];
        session.dialer.serve(dialer::receive, () -> dialer.lose(acceptor.id));
        session.acceptor.serve(acceptor::receive, () -> acceptor.lose(dialer.id));
      }
    }
  }

  /** Runs it; returns the first violation, if there is one. */
  @Nullable String run() {
    while (time.now() < LENGTH && complaint == null) {
      int what = random.nextInt(100);
      if (what < 5) {
        cut();
      } else if (what < 45) {
        nodes[random.nextInt(WORKERS)].act();
      } else {
        time.runUntil(time.now() + random.nextInt(60));
      }
    }
    settle();
    for (Node node : nodes) {
      node.dropAll();
    }
    settle();
    return complaint == null ? check() : complaint;
  }

  private void settle() {
    time.runUntil(time.now() + 12 * SimulatedSession.SILENCE);
  }

  private void cut() {
    if (harmless && time.now() - lastCut < SimulatedSession.SILENCE) {
      return;
    }
    lastCut = time.now();
    int one = random.nextInt(WORKERS);
    int other = (one + 1 + random.nextInt(WORKERS - 1)) % WORKERS;
    long longest = harmless ? SimulatedSession.SILENCE / 4 : 2 * SimulatedSession.SILENCE;
    sessions[one][other].cut(random.nextInt(3) > 0 ? 0 : random.nextLong(longest));
  }

  private @Nullable String check() {
    if (harmless && losses > 0) {
      return "a worker was declared dead";
    }
    for (int number : notExecuted) {
      if (runs.containsKey(number)) {
        return "call " + number + " ran and was said not to have";
      }
    }
    for (Node node : nodes) {
      if (!node.pending.isEmpty()) {
        return "worker " + node.id + " still waits for " + node.pending.keySet();
      }
      if (!node.table.isEmpty()) {
        return "something is left on worker " + node.id;
      }
    }
    if (losses == 0) {
      for (int number = 1; number <= lastCall; number++) {
        if (runs.getOrDefault(number, 0) != 1) {
          return "call " + number + " ran " + runs.get(number) + " times";
        }
      }
      if (!freed.equals(tokens.keySet())) {
        return "not all was freed";
      }
    }
    return null;
  }

  private void complain(String what) {
    if (complaint == null) {
      complaint = "after " + time.now() + " ms: " + what;
    }
  }

  private SimulatedSession.End end(int from, int to) {
    SimulatedSession session = sessions[from][to];
    return from < to ? session.dialer : session.acceptor;
  }

  private int post(Message message) {
    messages.add(message);
    int number = messages.size() - 1;
    end(message.from(), message.to()).send(number);
    return number;
  }

  private void use(ValueId id, int more) {
    uses.merge(id, more, Integer::sum);
  }

  /** A worker: its table, and a program that does things at random. */
  private final class Node implements LifetimeTable.Listener {
    private final int id;
    private final TableById table;
    private final List<ValueId> handles = new ArrayList<>();
    private final Map<Integer, Pending> pending = new HashMap<>();
    private final Set<Integer> lost = new HashSet<>();

    /** A call without a reply yet, in a message of that number. */
    private record Pending(int to, int message, ValueId target) {}

    Node(int id) {
      this.id = id;
      table = new TableById(new LifetimeTable(id, this, Integer.MAX_VALUE, Object::new));
    }

    void act() {
      int what = random.nextInt(10);
      if (random.nextInt(8) == 0) {
        touchStale();
      } else if (what < 3 || handles.isEmpty()) {
        create();
      } else if (what < 7) {
        call(handles.get(random.nextInt(handles.size())));
      } else {
        drop(random.nextInt(handles.size()));
      }
    }

    /**
     * Uses an entry as a thread does that looked at a reference before another thread closed it.
     */
    private void touchStale() {
      RefEntry stale = table.stale(random);
      if (stale != null && (table.table.acquire(stale) || table.table.pass(stale, 0) != 0)) {
        complain(id + " makes a handle on " + stale.id() + " of none");
      }
    }

    private void create() {
      int owner = (id + 1 + random.nextInt(WORKERS - 1)) % WORKERS;
      if (lost.contains(owner)) {
        return;
      }
      TableById.Creation creation = table.create(owner);
      tokens.put(creation.id(), creation.token());
      got(creation.id());
      int number = ++lastCall;
      int message = post(new Message.Call(id, owner, number, creation, null, List.of()));
      pending.put(-number, new Pending(owner, message, creation.id())); // it has no reply
    }

    private void call(ValueId target) {
      if (target.owner() == id || lost.contains(target.owner()) || !table.acquire(target)) {
        return;
      }
      use(target, 1);
      int number = ++lastCall;
      int to = target.owner();
      int message = post(new Message.Call(id, to, number, null, target, carry(to)));
      pending.put(number, new Pending(to, message, target));
    }

    private List<Carried> carry(int to) {
      if (handles.isEmpty() || random.nextBoolean()) {
        return List.of();
      }
      ValueId value = handles.get(random.nextInt(handles.size()));
      long transfer = table.pass(value, to);
      use(value, 1);
      return List.of(new Carried(value, tokens.get(value), transfer));
    }

    private void got(ValueId value) {
      handles.add(value);
      use(value, 1);
    }

    private void drop(int index) {
      ValueId value = handles.remove(index);
      use(value, -1);
      table.release(value);
    }

    void dropAll() {
      while (!handles.isEmpty()) {
        drop(handles.size() - 1);
      }
    }

    void receive(int number) {
      Message message = messages.get(number);
      if (message.to() != id || !received.add(number)) {
        complain("message " + number + " came twice, or to the wrong worker");
      } else {
        switch (message) {
          case Message.Call call -> receiveCall(call);
          case Message.Reply reply -> receiveReply(reply);
          case Message.Notice notice -> table.onControl(notice.from(), notice.control());
        }
      }
    }

    private void unpack(int from, List<Carried> references) {
      for (Carried each : references) {
        table.received(each.id(), each.token(), from, each.transfer());
        handles.add(each.id()); // and one use less in a message
      }
    }

    private void receiveCall(Message.Call call) {
      unpack(call.from(), call.references());
      TableById.Creation creation = call.creation();
      ValueId used = creation == null ? call.target() : creation.id();
      boolean there =
          creation == null
              ? used != null && table.use(used, call.from()) != null
              : table.created(creation.id(), creation.holding(), creation.token()) != null;
      if (!there && losses == 0) {
        complain("call " + call.number() + " finds nothing at " + used);
      }
      if (there && used != null) {
        use(used, 1);
      }
      time.after(random.nextInt(300), () -> execute(call, there ? used : null));
    }

    private void execute(Message.Call call, @Nullable ValueId used) {
      if (used != null && runs.merge(call.number(), 1, Integer::sum) > 1) {
        complain("call " + call.number() + " runs again");
      }
      time.after(
          random.nextInt(300),
          () -> {
            if (used != null) {
              use(used, -1);
              table.release(used);
            }
            if (call.creation() == null && !lost.contains(call.from())) {
              post(new Message.Reply(id, call.from(), call.number(), carry(call.from())));
            }
          });
    }

    private void receiveReply(Message.Reply reply) {
      unpack(reply.from(), reply.references());
      Pending call = pending.remove(reply.number());
      if (call == null || !answered.add(reply.number())) {
        complain("call " + reply.number() + " is answered again, or was not made");
      } else {
        use(call.target(), -1);
        table.release(call.target());
      }
    }

    void lose(int other) {
      losses++;
      lost.add(other);
      table.workerLost(other);
      for (Map.Entry<Integer, Pending> each : List.copyOf(pending.entrySet())) {
        Pending call = each.getValue();
        if (call.to() == other) {
          pending.remove(each.getKey());
          if (end(id, other).isUnsent(call.message())) {
            notExecuted.add(Math.abs(each.getKey()));
          }
          if (each.getKey() > 0) {
            use(call.target(), -1);
            table.release(call.target());
          }
        }
      }
    }

    @Override
    public void send(int worker, ControlMessage message) {
      if (lost.contains(worker)) {
        complain(id + " sends " + message + " to " + worker + ", which it lost");
      } else {
        confirmed(message);
        post(new Message.Notice(id, worker, message));
      }
    }

    /** The owner confirms a creation: the creator no longer waits for it. */
    private void confirmed(ControlMessage message) {
      if (message instanceof ControlMessage.Held(ValueId value, _)) {
        nodes[value.creator()]
            .pending
            .values()
            .removeIf(call -> call.to() == id && isCreationOf(call, value));
      }
    }

    private boolean isCreationOf(Pending call, ValueId value) {
      return messages.get(call.message()) instanceof Message.Call made
          && made.creation() != null
          && made.creation().id().equals(value);
    }

    @Override
    public void free(OwnerEntry entry) {
      if (!freed.add(entry.id())) {
        complain(entry.id() + " is freed again");
      }
      if (losses == 0 && uses.getOrDefault(entry.id(), 0) > 0) {
        complain(entry.id() + " is freed and has " + uses.get(entry.id()) + " uses");
      }
    }

    @Override
    public void lost(RefEntry entry, LossReason reason) {
      if (losses == 0) {
        complain(entry.id() + " is lost: " + reason);
      }
    }

    @Override
    public void origin(OwnerEntry entry, StackTraceElement site) {}
  }
}
