package io.farref.group.store;

import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Output;
import io.farref.fuzz.ScriptedLink;
import io.farref.group.store.HostedData.Account;
import io.farref.spi.Link;
import io.farref.spi.Transport;
import io.farref.wire.Frame;
import io.farref.wire.FrameWriter;
import io.farref.wire.Handshake;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Fuzzes the host of a store: a stranger gets nothing, and users that have proved themselves get
 * answers within the limits, whatever they and others send. Afterwards another user can work.
 */
public final class StoreFuzz {
  private static final StoreLimits LIMITS = new StoreLimits(512, 1_536, 1_800, 1_600, 400, 2_000);
  private static final int MOST_NAME_COST = 4 * StoreProtocol.MAX_KEY;
  private static final int USERS = 3;
  private static final int USER = 3;
  private static final int FRAMED = 4;
  private static final int LEAVES = 8;
  private static final int DEAF = 16;

  /** Waits for a change after the revision that was there so many revisions ago as the length. */
  private static final int WAITS = 32;

  private static final int STRANGER = 1;

  /** Kept, so that it stays off: each input has a host of its own, and each of these warns. */
  private static final Logger LOG = Logger.getLogger(StoreHost.class.getPackageName());

  static {
    LOG.setLevel(Level.OFF);
  }

  private StoreFuzz() {}

  /** The host's port, on which nobody listens. */
  private static final class NoListener implements Transport.Listener {
    @Override
    public String address() {
      return "nowhere";
    }

    @Override
    public Link accept() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }

  /** One side of a link without waits: what is not there yet comes later or never. */
  private static final class Wire implements Link {
    private final Output arrives = new Output(64);
    private int position;
    private boolean isDeaf;
    final List<byte[]> answers = new ArrayList<>();

    @Override
    public int read(ByteBuffer dst, long timeoutNanos) {
      int count = Math.min(arrives.size() - position, dst.remaining());
      dst.put(arrives.array(), position, count);
      position += count;
      return count;
    }

    @Override
    public void wakeup() {}

    @Override
    public boolean write(ByteBuffer[] srcs, int offset, int length, long timeoutNanos) {
      for (int i = offset; i < offset + length; i++) {
        byte[] bytes = new byte[srcs[i].remaining()];
        srcs[i].get(bytes);
        answers.add(bytes);
      }
      return !isDeaf;
    }

    @Override
    public String remoteAddress() {
      return "user";
    }

    @Override
    public void close() {}
  }

  private static StoreHost host(Optional<String> secret) {
    return new StoreHost(
        new NoListener(), new StoreLinks(Optional.empty(), secret), "farref-fuzz-", LIMITS);
  }

  /** The first byte chooses between a stranger and users; what follows is said, see the seeds. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    byte[] said = Arrays.copyOfRange(input, 1, input.length);
    if (input[0] == STRANGER) {
      stranger(said);
    } else {
      new Users().run(said);
    }
  }

  private static void stranger(byte[] said) {
    StoreHost host = host(Optional.of("tea"));
    host.handshake(new ScriptedLink(said));
    require(host.userCount() == 0, "a stranger has become a user");
    require(host.update(data -> data.data().size()) == 0, "a stranger has set a key");
    require(host.refusals().size() <= 1, "one connection was refused twice");
  }

  /** Some users of one host, of which one acts at a time. */
  private static final class Users {
    private final StoreHost host = host(Optional.empty());
    private final Wire[] wires = new Wire[USERS];
    private final StoreUser[] users = new StoreUser[USERS];
    private final int[] requests = new int[USERS];

    /** Pieces: a byte of choices, the length, and so many bytes. */
    void run(byte[] said) {
      for (int i = 0; i < USERS; i++) {
        enter(i);
      }
      ByteBuffer script = ByteBuffer.wrap(said);
      while (script.remaining() >= 2) {
        int choice = script.get();
        byte[] bytes = new byte[Math.min(script.get() & 0xFF, script.remaining())];
        script.get(bytes);
        act((choice & USER) % USERS, choice, bytes);
        check();
      }
      for (int i = 0; i < USERS; i++) {
        host.leave(users[i]);
      }
      require(host.update(HostedData::shared) == 0, "users that are gone count as present");
      require(host.update(HostedData::left) <= LIMITS.left(), "more is left than may be");
      require(host.unread() == 0, "answers to users that are gone count as unread");
      anotherUserCanWork();
      host.update(
          data -> {
            data.data().list("").entries().keySet().forEach(data::remove);
            int counters = data.data().size();
            require(
                data.left() >= (long) counters * HostedData.KEY_COST
                    && data.left() <= counters * (HostedData.KEY_COST + 8L + MOST_NAME_COST),
                counters + " counters count as " + data.left() + " bytes");
            return true;
          });
    }

    private void enter(int i) {
      wires[i] = new Wire();
      users[i] = new StoreUser(host, wires[i]);
      requests[i] = 0;
    }

    private void act(int i, int choice, byte[] said) {
      Wire wire = wires[i];
      long since = host.update(data -> data.data().revision()) - said.length;
      byte[] bytes = (choice & WAITS) == 0 ? said : request(StoreProtocol.AWAIT, "", since, true);
      if ((choice & FRAMED) != 0) {
        ByteBuffer length = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        wire.arrives.writeBytes(length.putInt(bytes.length).array(), 0, Integer.BYTES);
      }
      wire.arrives.writeBytes(bytes, 0, bytes.length);
      wire.isDeaf = (choice & DEAF) != 0;
      requests[i] += bytes.length / Integer.BYTES + 1;
      boolean here = serve(i, bytes.length / Integer.BYTES + 2);
      if (here && (choice & LEAVES) != 0) {
        leave(i);
      }
      for (int other = 0; other < USERS; other++) {
        serve(other, 1); // what it waits for may have come
      }
    }

    private boolean serve(int i, int steps) {
      try {
        for (int step = 0; step < steps; step++) {
          require(users[i].serveNext(), "the host has closed");
        }
        return true;
      } catch (MalformedException | IOException e) {
        require(e.getMessage() != null, "an end that does not say why");
        leave(i);
        return false;
      }
    }

    private void leave(int i) {
      checkAnswers(i);
      host.leave(users[i]);
      enter(i);
    }

    private void check() {
      long shared = 0;
      for (int i = 0; i < USERS; i++) {
        checkAnswers(i);
        long bytes = users[i].account().bytes();
        require(bytes >= 0 && bytes <= LIMITS.user(), "a user keeps " + bytes + " bytes");
        shared += Math.max(0, bytes - LIMITS.guaranteed());
      }
      long counted = shared;
      host.update(
          data -> {
            require(data.shared() == counted, counted + " bytes count as " + data.shared());
            require(data.shared() <= LIMITS.shared(), "users share " + data.shared() + " bytes");
            require(data.left() <= LIMITS.left(), data.left() + " bytes are left");
            data.data()
                .list("")
                .entries()
                .forEach((key, value) -> checkKeeper(data.keeper(key), key, value));
            return true;
          });
      require(host.unread() == 0, host.unread() + " bytes count as unread");
    }

    private static void checkKeeper(Optional<Account> keeper, String key, byte[] value) {
      require(keeper.isPresent(), "nobody keeps a key");
      require(
          keeper.get().bytes() >= HostedData.KEY_COST + key.length() + value.length,
          "a key counts for less than its size");
    }

    private void checkAnswers(int i) {
      require(wires[i].answers.size() <= requests[i], "more answers than requests");
      for (byte[] each : wires[i].answers) {
        int length = ByteBuffer.wrap(each).order(ByteOrder.LITTLE_ENDIAN).getInt();
        require(length == each.length - Integer.BYTES, "a frame of another length than it says");
        Input in = new Input(each, Integer.BYTES, length);
        in.readVarLong();
        int status = in.readUnsignedByte();
        if (status == StoreProtocol.FAILED) {
          require(!in.readUtf8().isEmpty(), "a failure without reason");
        } else {
          require(status == StoreProtocol.DONE, "status " + status);
          // The limit is on characters and values, and a character may have three bytes.
          require(length <= 3 * LIMITS.answer(), "an answer of " + length + " bytes");
        }
      }
      wires[i].answers.clear();
    }

    private void anotherUserCanWork() {
      int before = host.update(data -> data.data().size());
      Wire wire = new Wire();
      StoreUser user = new StoreUser(host, wire);
      for (byte[] each :
          List.of(
              request(StoreProtocol.REMOVE, "honest"),
              request(StoreProtocol.PUT_EPHEMERAL, "honest", 100),
              request(StoreProtocol.GET, "honest"))) {
        ByteBuffer length = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        wire.arrives.writeBytes(length.putInt(each.length).array(), 0, Integer.BYTES);
        wire.arrives.writeBytes(each, 0, each.length);
        try {
          user.serveNext();
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      }
      require(wire.answers.size() == 3, "another user gets no answers");
      Input put = new Input(wire.answers.get(1));
      put.skip(Integer.BYTES + 1);
      require(put.readUnsignedByte() == StoreProtocol.DONE, "another user cannot set a key");
      require(put.readByte() == 1, "another user could not set a key");
      require(wire.answers.get(2).length > 100, "another user cannot get its key");
      host.leave(user);
      require(host.update(data -> data.data().size()) <= before, "an ephemeral key has stayed");
    }
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new AssertionError(otherwise);
    }
  }

  private static byte[] request(int operation, String name) {
    Output out = new Output(64);
    out.writeVarLong(1);
    out.writeByte(operation);
    out.writeUtf8(name);
    return out.toByteArray();
  }

  private static byte[] request(int operation, String name, int valueSize) {
    Output out = new Output(64);
    byte[] head = request(operation, name);
    out.writeBytes(head, 0, head.length);
    StoreProtocol.writeValue(out, new byte[valueSize]);
    return out.toByteArray();
  }

  private static byte[] request(int operation, String name, long number, boolean isWait) {
    Output out = new Output(64);
    byte[] head = request(operation, name);
    out.writeBytes(head, 0, head.length);
    if (isWait) {
      out.writeLong(number);
      out.writeVarLong(1_000_000_000L);
    } else {
      out.writeZigZag(number);
    }
    return out.toByteArray();
  }

  /** Every operation; users that fill the store, come and go, wait, and take no answers. */
  public static List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    byte[] put = request(StoreProtocol.PUT, "key", 100);
    byte[] ephemeral = request(StoreProtocol.PUT_EPHEMERAL, "mine", 100);
    byte[] list = request(StoreProtocol.LIST, "");
    seeds.add(
        users(
            piece(FRAMED, put),
            piece(FRAMED | 1, request(StoreProtocol.GET, "key")),
            piece(FRAMED | 2, request(StoreProtocol.PUT_IF_ABSENT, "key", 3)),
            piece(FRAMED | 2, request(StoreProtocol.ADD, "count", 5, false)),
            piece(FRAMED, list),
            piece(FRAMED, request(StoreProtocol.REMOVE, "key"))));
    seeds.add(
        users(
            piece(FRAMED, request(StoreProtocol.AWAIT, "k", Long.MAX_VALUE, true)),
            piece(FRAMED | 1, put),
            piece(FRAMED | 1, request(StoreProtocol.AWAIT, "k", 0, true))));
    seeds.add(
        users(
            piece(FRAMED, ephemeral),
            piece(FRAMED | 1, ephemeral),
            piece(FRAMED | LEAVES, put),
            piece(FRAMED | 1, ephemeral),
            piece(FRAMED | DEAF, list)));
    List<byte[]> filling = new ArrayList<>();
    for (int i = 0; i < 15; i++) {
      byte[] large = request(StoreProtocol.PUT, Integer.toString(i), 240);
      filling.add(piece(FRAMED | i % USERS | (i % 5 == 4 ? LEAVES : 0), large));
    }
    filling.add(piece(FRAMED, list));
    seeds.add(users(filling.toArray(byte[][]::new)));
    filling.clear();
    for (int i = 0; i < 6; i++) {
      filling.add(piece(FRAMED, request(StoreProtocol.PUT, Integer.toString(i), 240)));
      filling.add(piece(FRAMED, put));
    }
    seeds.add(users(filling.toArray(byte[][]::new)));
    filling.clear();
    for (int i = 0; i < 9; i++) {
      byte[] large = request(StoreProtocol.PUT, Integer.toString(i), 240);
      filling.add(piece(FRAMED | i % USERS, large));
    }
    filling.add(piece(FRAMED, list));
    filling.add(piece(FRAMED, request(StoreProtocol.AWAIT, "", 0, true)));
    filling.add(piece(FRAMED | WAITS, new byte[6]));
    filling.add(piece(FRAMED | WAITS, new byte[0]));
    for (int i = 0; i < USERS; i++) {
      filling.add(piece(FRAMED | LEAVES | i, put));
    }
    seeds.add(users(filling.toArray(byte[][]::new)));
    seeds.add(users(piece(0, new byte[] {3, 0, 0, 0, 1}), piece(0, new byte[] {7, 0, 5, 9})));
    seeds.add(users(piece(FRAMED, request(99, "key"))));
    Output hello = new Output(64);
    hello.writeByte(STRANGER);
    int at = FrameWriter.begin(hello, Frame.HELLO);
    hello.writeInt(0x46_52_52_46);
    hello.writeVarInt(Handshake.VERSION);
    hello.writeVarInt(Handshake.VERSION);
    hello.writeByte(1); // to a store
    hello.writeBytes(new byte[16], 0, 16);
    FrameWriter.end(hello, at);
    seeds.add(hello.toByteArray());
    at = FrameWriter.begin(hello, Frame.PROOF);
    hello.writeBytes(new byte[32], 0, 32);
    FrameWriter.end(hello, at);
    seeds.add(hello.toByteArray());
    hello.writeBytes(put, 0, put.length);
    seeds.add(hello.toByteArray());
    return seeds;
  }

  private static byte[] piece(int choice, byte[] bytes) {
    Output out = new Output(64);
    out.writeByte(choice);
    out.writeByte(bytes.length);
    out.writeBytes(bytes, 0, bytes.length);
    return out.toByteArray();
  }

  private static byte[] users(byte[]... pieces) {
    Output out = new Output(64);
    out.writeByte(0);
    for (byte[] each : pieces) {
      out.writeBytes(each, 0, each.length);
    }
    return out.toByteArray();
  }
}
