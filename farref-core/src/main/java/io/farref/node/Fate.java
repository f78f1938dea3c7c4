package io.farref.node;

/** What is known of a lost worker. */
enum Fate {
  /** It has left, or its process has ended, or it says so itself. */
  GONE,
  /** It may be alive, and may be reached by others. */
  UNREACHED,
  /** It is alive, and took this worker for lost. */
  ALIVE
}
