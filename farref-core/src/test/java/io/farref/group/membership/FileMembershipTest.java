package io.farref.group.membership;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class FileMembershipTest extends MembershipContract {
  @TempDir private Path directory;

  @Override
  String uri() {
    return directory.resolve("place").toUri().toString();
  }
}
