package io.farref.codec;

/** Sentences that more than one place says. */
final class Messages {
  private Messages() {}

  /** A class is not on the allow-list. */
  static String notAllowed(String className) {
    int dot = className.lastIndexOf('.');
    String packageName = dot < 0 ? className : className.substring(0, dot);
    return "class "
        + className
        + " is not allowed; if it may travel, join with .allow(\""
        + packageName
        + "\") on every worker";
  }

  /** A module does not open a package. */
  static String notOpen(Class<?> type) {
    return "module "
        + type.getModule().getName()
        + " does not open "
        + type.getPackageName()
        + " to io.farref; add \"opens "
        + type.getPackageName()
        + " to io.farref;\" to its module-info";
  }
}
