package io.farref.tests.chaos;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * What a process did, written down before it goes on: what is written outlives a kill. One file a
 * process, records of one size. Thread-safe.
 */
final class Journal implements AutoCloseable {
  private static final int SIZE = 24;

  /** No channel: that would close when a thread that writes is interrupted, as calls are. */
  private final FileOutputStream file;

  private final long epochMillis;

  /** What a record is about. */
  enum Mark {
    /** A call is about to be made. */
    ISSUED,
    /** A call has ended for who made it. */
    ENDED,
    /** A call begins to run. */
    BEGUN,
    /** A call has had its effect. */
    DONE,
    /** This process is a member, as this incarnation. */
    JOINED,
    /** This process is no member any more. */
    LEFT,
    /** A peer said which incarnation it is. */
    SAW,
    /** A peer's incarnation is lost. */
    LOST
  }

  /** Which sort of call. */
  enum Kind {
    NONE,
    VALUE,
    ASYNC,
    COMPOSE,
    CREATE,
    CHAIN,
    COUNT,
    BULK,
    /** A call that hands a reference over. */
    HAND,
    /** A use of a reference that was handed over. */
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
    /** It is a creation whose result nobody waited for. */
    UNASKED,
    /** It failed otherwise than by a failure of the library. */
    STRANGE
  }

  /**
   * One record.
   *
   * @param peer the other node: who is called, or who is lost
   * @param millis since the run began
   * @param id of the call, or the incarnation
   * @param extra where a reference is used or handed on, who had the reference before as bits of
   *     nodes, above them when it was made; for what runs, the caller
   */
  record Entry(Mark type, Kind kind, Outcome outcome, int peer, int millis, long id, long extra) {
    /** The process of the caller. */
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

  /** Reads what a process wrote; a record that a kill cut off is not there. */
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
