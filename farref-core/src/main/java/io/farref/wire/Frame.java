package io.farref.wire;

/**
 * The unit of a connection's stream.
 *
 * <pre>
 *   0               4       5                        4 + length
 *   +---------------+-------+------------------------+-------------------------+
 *   | length        | kind  | payload                | attachments, as listed  |
 *   | 4, unsigned LE|       | length - 1 bytes       | in the payload          |
 *   +---------------+-------+------------------------+-------------------------+
 * </pre>
 *
 * <p>{@code length} counts the kind and the payload, not the attachments. Numbers inside a payload
 * are of variable size unless said otherwise (see {@link io.farref.bytes.Output}). The payloads:
 *
 * <pre>
 *   HELLO, CHALLENGE, PROOF, WELCOME, REJECT     see {@link Handshake}
 *   DEFINE   symbol id, definition
 *   CALL     see {@link CallHead}
 *   REPLY    see {@link ReplyHead}
 *   CANCEL   call id
 *   REFS     control messages about references, one after the other
 *   GOODBYE  nothing: the sender leaves; the end of the stream that follows is no accident
 *   PARCEL   lane, then what comes on it: see {@link Parcel}
 *   CHUNK    lane (both in one byte each, always), the next bytes of the parcel on that lane
 *   DROP     lane: the rest of the parcel will not come, and neither will its message
 *   PING     nothing: the sender is alive
 *   GIVEN_UP nothing: the sender took the receiver for lost
 *   WINDOW   calls, bytes: how much may be unanswered at a time; see {@link Window}
 *   CREDIT   calls, bytes: so many creations, of so many bytes, are unanswered no more
 * </pre>
 */
public final class Frame {
  /** Where the kind stands. */
  public static final int KIND_OFFSET = 4;

  /** Bytes before the payload. */
  public static final int HEADER_SIZE = 5;

  /** Dialer to acceptor, first: who I am, whom I mean. */
  public static final byte HELLO = 1;

  /** Acceptor to dialer: who I am, and what you must prove. */
  public static final byte CHALLENGE = 2;

  /** Dialer to acceptor: the proof. */
  public static final byte PROOF = 3;

  /** Acceptor to dialer: calls may follow. */
  public static final byte WELCOME = 4;

  /** Either way, instead of any step of the handshake: no, and why. */
  public static final byte REJECT = 5;

  /** Either way: what a symbol means; before its first use. */
  public static final byte DEFINE = 8;

  /** Dialer to acceptor: run this. */
  public static final byte CALL = 9;

  /** Acceptor to dialer: what came of it. */
  public static final byte REPLY = 10;

  /** Dialer to acceptor: nobody waits for this call any more. */
  public static final byte CANCEL = 11;

  /** Either way: about references. */
  public static final byte REFS = 12;

  /** Either way, last: I leave. */
  public static final byte GOODBYE = 13;

  /** Either way: what the next chunks on a lane are. */
  public static final byte PARCEL = 14;

  /** Either way: some bytes of a parcel. */
  public static final byte CHUNK = 15;

  /** Either way: a parcel ends before its time. */
  public static final byte DROP = 16;

  /** Either way: I am alive, and have nothing else to say. */
  public static final byte PING = 17;

  /** Either way, last: I took you for lost, and heard of you again too late. */
  public static final byte GIVEN_UP = 18;

  /** Acceptor to dialer, first: how much may be unanswered. */
  public static final byte WINDOW = 20;

  /** Acceptor to dialer: room for more, where no REPLY says so. */
  public static final byte CREDIT = 21;

  /** A frame of up to so many bytes is taken whatever a worker's limit is, which may be unknown. */
  public static final int ALWAYS_TAKEN = 64 << 10;

  /** What stands before the bytes of a CHUNK. */
  public static final int CHUNK_HEAD_SIZE = HEADER_SIZE + 1;

  private Frame() {}

  /** The name of a kind, for messages. */
  public static String name(int kind) {
    return switch (kind) {
      case HELLO -> "HELLO";
      case CHALLENGE -> "CHALLENGE";
      case PROOF -> "PROOF";
      case WELCOME -> "WELCOME";
      case REJECT -> "REJECT";
      case DEFINE -> "DEFINE";
      case CALL -> "CALL";
      case REPLY -> "REPLY";
      case CANCEL -> "CANCEL";
      case REFS -> "REFS";
      case GOODBYE -> "GOODBYE";
      case PARCEL -> "PARCEL";
      case CHUNK -> "CHUNK";
      case DROP -> "DROP";
      case PING -> "PING";
      case GIVEN_UP -> "GIVEN_UP";
      case WINDOW -> "WINDOW";
      case CREDIT -> "CREDIT";
      default -> "kind " + kind;
    };
  }
}
