package io.farref.group.store;

import io.farref.spi.Store;
import io.farref.spi.StoreProvider;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;

/**
 * {@code file:///dir}: a store in a directory that all members can write, on one machine or on a
 * file system with locks. The directory is made if it is not there, for this user only, and emptied
 * when the last member leaves.
 */
public final class FileStoreProvider implements StoreProvider {
  /** For ServiceLoader. */
  public FileStoreProvider() {}

  @Override
  public String scheme() {
    return "file";
  }

  @Override
  public Store open(URI uri, Options options) throws IOException {
    Path directory;
    try {
      directory = Path.of(uri);
    } catch (IllegalArgumentException | FileSystemNotFoundException e) {
      throw new IllegalArgumentException(
          "a store in a directory is written file:///absolute/path, not " + uri, e);
    }
    return FileStore.open(directory, options.timeout());
  }
}
