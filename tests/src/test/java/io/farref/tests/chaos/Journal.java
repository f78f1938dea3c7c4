package io.farref.tests.chaos;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Records what a process does, before the process continues: the records outlive a kill. One file a
 * process, records of fixed size. Thread-safe.
 */
final class Journal implements AutoCloseable {
  private static final int SIZE = 24;

  /** Not a channel, which closes when a thread that writes is interrupted, as calls may be. */
  private final FileOutputStream file;

  private final long epochMillis;

  /** The event that a record is about. */
  enum Mark {
    /** A call is about to be made. */
    ISSUED,
    /** A call has ended for its caller. */
    ENDED,
    /** A call begins to run. */
    BEGUN,
    /** A call has had its effect. */
    DONE,
    /** This process has become a member, as this incarnation. */
    JOINED,
    /** This process has ceased to be a member. */
    LEFT,
    /** A peer has told its incarnation. */
    SAW,
    /** A peer's incarnation is lost. */
    LOST
  }

  /** The kind of a call. */
  enum Kind {
    NONE,
    VALUE,
    ASYNC,
    COMPOSE,
    CREATE,
    CHAIN,
    COUNT,
    BULK,
    /** A call that passes a reference on. */
    HAND,
    /** A use of a reference that was passed on. */
    USE
  }

  /** How a call ended. */
  enum Outcome {
    NONE,
    VALUE,
    WRONG,
    NOT_EXECUTED,
    MAYBE_EXECUTED,
    EXECUTED,
    /** It created a value, and no caller waited for the result. */
    UNASKED,
    /** It failed, but not with a failure of the library. */
    STRANGE
  }

  /**
   * One record.
   *
   * @param peer the other node: the callee, or the lost one
   * @param millis since the run began
   * @param id the call's number, or the incarnation
   * @param extra where a reference is used or passed on, the nodes that had it before as bits and,
   *     above them, when it was made; where a call runs, its caller
   */
  record Entry(Mark type, Kind kind, Outcome outcome, int peer, int millis, long id, long extra) {
    /** The process of the call's caller. */
    int caller() {
      return (int) (id >>> 32);
    }

    /** The number of the call among those of its caller. */
    int number() {
      return (int) id;
    }
  }

  Journal(Path path, long epochMillis) throws IOException {
    this.epochMillis = epochMillis;
    file = new FileOutputStream(path.toFile(), true);
  }

  int now() {
    return (int) (System.currentTimeMillis() - epochMillis);
  }

  void write(Mark type, Kind kind, Outcome outcome, int peer, long id, long extra) {
    ByteBuffer bytes = ByteBuffer.allocate(SIZE);
    bytes.put((byte) type.ordinal()).put((byte) kind.ordinal()).put((byte) outcome.ordinal());
    bytes.put((byte) peer).putInt(now()).putLong(id).putLong(extra).flip();
    try {
      synchronized (this) {
        file.write(bytes.array());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the journal cannot be written", e);
    }
  }

  /** Reads the journal of a process; ignores a record that a kill left incomplete. */
  static void read(Path path, Consumer<Entry> reader) throws IOException {
    ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(path));
    while (all.remaining() >= SIZE) {
      Mark type = Mark.values()[all.get()];
      Kind kind = Kind.values()[all.get()];
      Outcome outcome = Outcome.values()[all.get()];
      reader.accept(
          new Entry(type, kind, outcome, all.get(), all.getInt(), all.getLong(), all.getLong()));
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
