package io.farref.codec;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Numbers objects by identity, from 0 up. The first few cost no hashing, the first no array. */
@SuppressWarnings("ReferenceEquality") // identity is the point
final class IdentityTable {
  private static final int LINEAR = 8;

  private @Nullable Object first;
  private @Nullable Object[] objects = EMPTY;
  private int[] index = NO_INDEX;
  private int size;

  private static final @Nullable Object[] EMPTY = {};
  private static final int[] NO_INDEX = {};

  /** How many objects have numbers. */
  int size() {
    return size;
  }

  /** The number of an object, or -1 if it was new and has the next number now. */
  int find(Object object) {
    if (size == 0) {
      first = object;
      size = 1;
      return -1;
    }
    if (first == object) {
      return 0;
    }
    if (size <= LINEAR) {
      for (int i = 1; i < size; i++) {
        if (objects[i] == object) {
          return i;
        }
      }
    } else {
      int at = slot(object);
      if (index[at] != 0) {
        return index[at];
      }
    }
    add(object);
    return -1;
  }

  /** Forgets all numbers from {@code newSize} up. */
  void truncate(int newSize) {
    if (newSize < size) {
      Arrays.fill(objects, Math.min(newSize, objects.length), Math.min(size, objects.length), null);
      if (newSize == 0) {
        first = null;
      }
      size = newSize;
      if (index.length > 0) {
        rebuildIndex(index.length);
      }
    }
  }

  private void add(Object object) {
    if (size >= objects.length) {
      objects = Arrays.copyOf(objects, Math.max(LINEAR, size * 2));
    }
    objects[size++] = object;
    if (size > LINEAR) {
      if (size * 2 > index.length || size == LINEAR + 1) {
        rebuildIndex(Math.max(4 * LINEAR, index.length * 2));
      } else {
        index[slot(object)] = size - 1;
      }
    }
  }

  private void rebuildIndex(int length) {
    index = new int[length];
    for (int i = 1; i < size; i++) {
      Object object = objects[i];
      if (object != null) {
        index[slot(object)] = i;
      }
    }
  }

  // Number 0 is never in the index, so 0 means free.
  private int slot(Object object) {
    int mask = index.length - 1;
    int at = ((System.identityHashCode(object) * 0x9E3779B9) >>> 7) & mask;
    while (index[at] != 0 && objects[index[at]] != object) {
      at = (at + 1) & mask;
    }
    return at;
  }
}
