package io.farref.examples.index;

import java.util.Arrays;

/**
 * In which documents a word stands and how often, some two bytes an entry: the gap to the previous
 * document and the count, each in seven bits a byte.
 */
final class Postings {
  private byte[] bytes = new byte[4];
  private int length;
  private int documents;
  private int lastDocument = -1;

  /** Adds a document; each must have a higher number than the one before it. */
  void add(int document, int count) {
    if (document <= lastDocument) {
      throw new IllegalArgumentException(
          "document " + document + " does not come after document " + lastDocument);
    }
    write(document - lastDocument);
    write(count);
    lastDocument = document;
    documents++;
  }

  /** In how many documents the word stands. */
  int documents() {
    return documents;
  }

  /** Hands out every document, in order. */
  void forEach(Visitor visitor) {
    int document = -1;
    int position = 0;
    while (position < length) {
      int gap = 0;
      int shift = 0;
      byte b;
      do {
        b = bytes[position++];
        gap |= (b & 0x7f) << shift;
        shift += 7;
      } while (b < 0);
      int count = 0;
      shift = 0;
      do {
        b = bytes[position++];
        count |= (b & 0x7f) << shift;
        shift += 7;
      } while (b < 0);
      document += gap;
      visitor.visit(document, count);
    }
  }

  private void write(int value) {
    int rest = value;
    while (rest > 0x7f) {
      append((byte) (rest | 0x80));
      rest >>>= 7;
    }
    append((byte) rest);
  }

  private void append(byte b) {
    if (length == bytes.length) {
      bytes = Arrays.copyOf(bytes, length + (length >> 1) + 4);
    }
    bytes[length++] = b;
  }

  /** Receives each document and how often the word stands in it. */
  @FunctionalInterface
  interface Visitor {
    /** One entry. */
    void visit(int document, int count);
  }
}
