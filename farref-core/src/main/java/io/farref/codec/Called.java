package io.farref.codec;

import io.farref.RemoteCallable;
import io.farref.RemoteConsumer;
import io.farref.RemoteFunction;
import io.farref.RemoteRunnable;

/** What a call is for, as far as it is known before the rest of the call is read. */
public sealed interface Called {
  /** A function that the caller chose: the class that has its code, and the method. */
  record Function(String type, String method) implements Called {
    /** An object of a class that is a function. */
    static Function of(Class<?> type) {
      return new Function(type.getName(), interfaceMethod(type));
    }

    private static String interfaceMethod(Class<?> type) {
      if (RemoteConsumer.class.isAssignableFrom(type)) {
        return "accept";
      }
      if (RemoteFunction.class.isAssignableFrom(type)) {
        return "apply";
      }
      if (RemoteRunnable.class.isAssignableFrom(type)) {
        return "run";
      }
      return RemoteCallable.class.isAssignableFrom(type) ? "call" : "?";
    }
  }

  /**
   * A method of the target value.
   *
   * @param functions whether there are functions among the arguments
   */
  record Method(String name, boolean functions) implements Called {}

  /** The target value itself: there is no function. */
  record Value() implements Called {}

  /** Something of the library's own. */
  record Library() implements Called {}
}
