package io.farref.node;

/**
 * The barriers that there are. Those of a close are in the order in which the members come to them.
 * On the wire each is its place in this list.
 */
enum BarrierKind {
  /** That of programs, {@code Worker.barrier()}; a group of any kind has it. */
  PROGRAM("barrier"),
  BEGUN("close-begun"),
  QUIET("close-quiet"),
  COLLECTED("close-collected"),
  REPORTED("close-reported"),
  RELEASED("close-released");

  private final String label;

  BarrierKind(String label) {
    this.label = label;
  }

  /** Whether it is a step of the close of a group of fixed size, which lost workers do not fail. */
  boolean isOfClose() {
    return this != PROGRAM;
  }

  @Override
  public String toString() {
    return label;
  }
}
