package io.farref.wire;

/**
 * The unit of a connection's byte stream.
 *
 * <pre>
 *   0               4       5                        4 + length
 *   +---------------+-------+------------------------+-------------------------+
 *   | length        | kind  | payload                | out-of-band buffers, as |
 *   | 4, unsigned LE|       | length - 1 bytes       | listed in the payload   |
 *   +---------------+-------+------------------------+-------------------------+
 * </pre>
 *
 * <p>{@code length} counts the kind and the payload, not the buffers. Numbers inside a payload are
 * of variable size unless said otherwise (see {@link io.farref.bytes.Output}). docs/protocol.md has
 * a table of all kinds. The payloads:
 *
 * <pre>
 *   HELLO, CHALLENGE, PROOF, WELCOME, REJECT     see {@link Handshake}
 *   DEFINE   symbol id, definition
 *   CALL     see {@link CallHead}
 *   REPLY    see {@link ReplyHead}
 *   CANCEL   call id
 *   REFS     control messages about references, one after the other
 *   OPEN     stream, then its contents: see {@link StreamHeader}
 *   DATA     stream (in one byte, always), the next bytes of that stream
 *   RESET    stream: neither the rest of its data nor its message will come
 *   WINDOW   calls, bytes: how much may be unanswered at a time; see {@link Window}
 *   CREDIT   calls, bytes: so many creations, of so many bytes, are done
 *   GOODBYE, PING, DECLARED_DEAD     nothing
 * </pre>
 */
public final class Frame {
  /** Where the kind stands. */
  public static final int KIND_OFFSET = 4;

  /** Bytes before the payload. */
  public static final int HEADER_SIZE = 5;

  /** Dialer to acceptor, first: its identity, and that of the worker it means. */
  public static final byte HELLO = 1;

  /** Acceptor to dialer: its identity and proof, and what the dialer must prove. */
  public static final byte CHALLENGE = 2;

  /** Dialer to acceptor: the proof. */
  public static final byte PROOF = 3;

  /** Acceptor to dialer: calls may follow. */
  public static final byte WELCOME = 4;

  /**
   * In either direction, instead of any step of the handshake: the connection is refused, and why.
   */
  public static final byte REJECT = 5;

  /** In either direction: the meaning of a symbol; before its first use. */
  public static final byte DEFINE = 8;

  /** Dialer to acceptor: runs a function. */
  public static final byte CALL = 9;

  /** Acceptor to dialer: the outcome of a call. */
  public static final byte REPLY = 10;

  /** Dialer to acceptor: the caller no longer waits for this call. */
  public static final byte CANCEL = 11;

  /** In either direction: messages about references. */
  public static final byte REFS = 12;

  /**
   * In either direction, last: the sender leaves; the end of the connection that follows is no
   * failure.
   */
  public static final byte GOODBYE = 13;

  /** In either direction: opens a stream and announces its contents. */
  public static final byte OPEN = 14;

  /** In either direction: some bytes of a stream. */
  public static final byte DATA = 15;

  /** In either direction: a stream ends before all of it was sent. */
  public static final byte RESET = 16;

  /** In either direction: the sender is alive, and has nothing else to say. */
  public static final byte PING = 17;

  /**
   * In either direction, last: the sender has declared the receiver dead, which is final even if
   * the receiver is reachable again.
   */
  public static final byte DECLARED_DEAD = 18;

  /** Acceptor to dialer, first: how much may be unanswered. */
  public static final byte WINDOW = 20;

  /** Acceptor to dialer: capacity for more calls, where no REPLY says so. */
  public static final byte CREDIT = 21;

  /**
   * A frame of up to so many bytes is accepted whatever a worker's limit is, which may be unknown.
   */
  public static final int ALWAYS_TAKEN = 64 << 10;

  /** Bytes before those that a DATA frame brings. */
  public static final int DATA_HEADER_SIZE = HEADER_SIZE + 1;

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
      case OPEN -> "OPEN";
      case DATA -> "DATA";
      case RESET -> "RESET";
      case PING -> "PING";
      case DECLARED_DEAD -> "DECLARED_DEAD";
      case WINDOW -> "WINDOW";
      case CREDIT -> "CREDIT";
      default -> "kind " + kind;
    };
  }
}
