package io.farref.group;

import java.util.List;

/** A store that knows something about why a group does not come together. */
interface Remarks {
  /** Whom the store refused, and why; one sentence each. */
  List<String> remarks();
}
