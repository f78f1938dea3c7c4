package io.farref.group.store;

import io.farref.bytes.Output;

/**
 * The messages between a worker and the host of a store on a link, once the {@linkplain
 * io.farref.wire.Handshake handshake} of a store link is over.
 *
 * <p>Either side sends frames: four bytes of length, little-endian, and so many bytes. The user of
 * the store sends requests
 *
 * <pre>varlong id (from 1) | byte operation | arguments</pre>
 *
 * and the host sends, for each and in any order,
 *
 * <pre>varlong id | byte status | result, or a message if the status is FAILED</pre>
 *
 * and, before it closes the store, once, {@code id 0, status GOODBYE}. Strings are UTF-8 with their
 * length before them, and so are values.
 *
 * <p>A key that a connection has set with PUT_EPHEMERAL is removed when the connection ends, for
 * whatever reason.
 */
final class StoreProtocol {
  static final int MAX_REQUEST = 128 << 10;
  static final int MAX_REPLY = 8 << 20;
  static final int MAX_KEY = 1024;
  static final int MAX_VALUE = 64 << 10;
  static final int MAX_CONNECTIONS = 1 << 12;
  static final int MAX_AWAITS = 64;

  static final int GET = 1;
  static final int PUT_IF_ABSENT = 2;
  static final int PUT_EPHEMERAL = 3;
  static final int PUT = 4;
  static final int REMOVE = 5;
  static final int ADD = 6;
  static final int LIST = 7;
  static final int AWAIT = 8;

  static final int DONE = 0;
  static final int FAILED = 1;
  static final int GOODBYE = 2;

  /** The result of LIST, and of AWAIT where the changes are not known: all keys. */
  static final int FULL = 0;

  /** The result of AWAIT: the keys that changed after the given revision. */
  static final int CHANGES = 1;

  private StoreProtocol() {}

  /** Begins a frame in an empty output. */
  static Output frame() {
    Output out = new Output(128);
    out.skip(Integer.BYTES);
    return out;
  }

  static void writeValue(Output out, byte[] value) {
    out.writeVarInt(value.length);
    out.writeBytes(value, 0, value.length);
  }
}
