package io.farref.transport.unix;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A directory that only this user can enter, so that every file in it is from this user. */
final class PrivateDirectory {
  private static final Set<PosixFilePermission> OURS_ALONE =
      PosixFilePermissions.fromString("rwx------");

  private PrivateDirectory() {}

  /**
   * Creates the directory unless it exists.
   *
   * @throws IOException if it cannot be created, or exists and is open to others
   */
  static void create(Path directory) throws IOException {
    try {
      Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(OURS_ALONE));
    } catch (FileAlreadyExistsException e) {
      // It exists already: check() verifies that it is this user's alone.
    } catch (UnsupportedOperationException e) {
      throw new IOException("this system cannot keep others out of the directory " + directory, e);
    }
    check(directory);
  }

  /**
   * Refuses a directory that is a symbolic link, belongs to another user or lets other users in.
   *
   * @throws IOException if it is one of these, or does not exist
   */
  static void check(Path directory) throws IOException {
    PosixFileAttributes found =
        Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!found.isDirectory()) {
      throw refused(directory, found.isSymbolicLink() ? "is a symbolic link" : "is no directory");
    }
    if (!found.owner().equals(ProcessUser.get().principal())) {
      throw refused(directory, "belongs to user " + found.owner().getName());
    }
    if (!found.permissions().equals(OURS_ALONE)) {
      throw refused(
          directory,
          "has the permissions "
              + PosixFilePermissions.toString(found.permissions())
              + " and not rwx------");
    }
  }

  private static IOException refused(Path directory, String why) {
    return new IOException(
        directory
            + " "
            + why
            + ", but sockets lie where only the user of this process can enter: remove it, or make"
            + " it your own directory with the permissions rwx------");
  }
}
