package io.farref.ref.lifetime;

import io.farref.bytes.MalformedException;

/** The reason why a reference is lost although handles to it exist. */
public enum LossReason {
  /** The worker on which the value lived is lost. */
  OWNER_LOST(0),
  /** The creator of the value was lost before the owner got the call that creates it. */
  CREATOR_LOST(1),
  /** The call that should have created the value was never sent. */
  NOT_CREATED(2),
  /** The owner freed the value: the worker that passed the reference on was lost too early. */
  FREED(3),
  /** This worker is closed. */
  CLOSED(4),
  /** The token is wrong: the worker that passed the reference on was not given it. */
  NOT_GIVEN(5),
  /** The holder has reached the limit of values that the owner allows it. */
  OVER_LIMIT(6),
  /** The owner has not confirmed within the time limit that the creation came. Not sent. */
  TIMED_OUT(-1); // no byte that is read says this

  private final int code;

  LossReason(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  static LossReason ofCode(int code) {
    for (LossReason loss : values()) {
      if (loss.code == code) {
        return loss;
      }
    }
    throw new MalformedException("no loss has the code " + code);
  }
}
