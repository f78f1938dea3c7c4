package io.farref.group.store;

import io.farref.bytes.MalformedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The {@link StoreData} in a file that is replaced as a whole by renaming. Decodes it only when
 * another process has changed it. Used by one thread.
 */
final class StateFile {
  private static final int MAX_BYTES = 256 << 20;

  private final Path path;
  private final Path fresh;
  private final int maxBytes;

  /** The contents of the file when it was last read or written; null if that is uncertain. */
  private @Nullable StoreData known;

  /**
   * The state in a directory.
   *
   * @param user part of the name of the file that is written before it is renamed, so that each
   *     process has its own
   */
  StateFile(Path path, String user) {
    this(path, user, MAX_BYTES);
  }

  /** One of another size at most. */
  StateFile(Path path, String user, int maxBytes) {
    this.path = path;
    this.maxBytes = maxBytes;
    this.fresh = path.resolveSibling(path.getFileName() + "." + user);
  }

  /** Reads the present state. */
  <R> R read(Function<StoreData, R> look) throws IOException {
    return look.apply(load());
  }

  /** Changes the state. No other process may do so meanwhile. */
  <R> R change(Function<StoreData, R> action) throws IOException {
    StoreData data = load();
    known = null; // if this fails, memory and file may differ
    long before = data.revision();
    R made = action.apply(data);
    if (data.revision() != before) {
      byte[] all = data.encode();
      if (all.length > maxBytes) { // nobody could read it any more
        throw new IOException(
            path
                + " would have "
                + all.length
                + " bytes after this change, the limit is "
                + maxBytes
                + ": the change was not made");
      }
      Files.write(fresh, all);
      Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
    }
    known = data;
    return made;
  }

  private StoreData load() throws IOException {
    StoreData last = known;
    try (InputStream in = Files.newInputStream(path)) {
      byte[] head = in.readNBytes(StoreData.HEAD_BYTES);
      if (last != null && last.isAt(head)) {
        return last;
      }
      byte[] rest = in.readNBytes(maxBytes);
      if (in.read() >= 0) {
        throw new IOException(path + " is too large: a store has at most " + maxBytes + " bytes");
      }
      byte[] all = Arrays.copyOf(head, head.length + rest.length);
      System.arraycopy(rest, 0, all, head.length, rest.length);
      StoreData data = StoreData.decode(all);
      known = data;
      return data;
    } catch (NoSuchFileException e) {
      return new StoreData();
    } catch (MalformedException e) {
      throw new IOException(
          path + " is not the state of a Farref store (" + e.getMessage() + "); remove it", e);
    }
  }
}
