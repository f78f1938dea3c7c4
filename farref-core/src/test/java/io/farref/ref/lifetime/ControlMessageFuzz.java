package io.farref.ref.lifetime;

import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Output;
import java.util.ArrayList;
import java.util.List;

/**
 * Any message that a malicious peer sends about references is malformed, or leaves the table of the
 * receiver in order; and an honest third worker keeps the values that it holds.
 */
public final class ControlMessageFuzz {
  private static final int VICTIM = 0;
  private static final int HONEST = 1;
  private static final int MALICIOUS = 2;

  private ControlMessageFuzz() {}

  /** The messages, one after the other, as in a REFS frame. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    TestGroup group = new TestGroup(3);
    ValueId ofVictim = group.value(VICTIM, HONEST);
    ValueId ofHonest = group.value(HONEST, VICTIM);
    ValueId ofMalicious = group.value(VICTIM, MALICIOUS);
    Input in = new Input(bytes);
    try {
      while (in.remaining() > 0) {
        ControlMessage message = ControlMessage.read(in);
        Output again = new Output(64);
        ControlMessage.write(message, again);
        if (!ControlMessage.read(new Input(again.toByteArray())).equals(message)) {
          throw new AssertionError(message + " is not what is written of it");
        }
        group.table(VICTIM).onControl(MALICIOUS, message);
      }
    } catch (MalformedException e) {
      // costs the malicious peer its connection
    }
    group.network.removeIf(control -> control.to() == MALICIOUS);
    group.deliverAll();
    if (group.freed.contains(ofVictim) || group.freed.contains(ofHonest)) {
      throw new AssertionError("freed what an honest worker holds: " + group.freed);
    }
    group.table(VICTIM).workerLost(MALICIOUS);
    group.table(HONEST).workerLost(MALICIOUS);
    group.deliverAll();
    if (!group.freed.contains(ofMalicious)) {
      throw new AssertionError("a value that only the malicious peer held is not freed");
    }
    group.table(HONEST).release(ofVictim);
    group.table(VICTIM).release(ofHonest);
    group.deliverAll();
    if (!group.freed.contains(ofVictim) || !group.freed.contains(ofHonest)) {
      throw new AssertionError("what nobody holds is not freed: " + group.freed);
    }
  }

  /** Each message about each value. */
  public static List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    for (int creator = 0; creator < 3; creator++) {
      for (int owner = 0; owner < 3; owner++) {
        ValueId id = new ValueId(owner, creator, 0);
        long token = new ReferenceTokens(creator, 1).of(owner, 0); // as in TestGroup
        seeds.add(
            write(
                new ControlMessage.Hold(id, 1, 0, 7),
                new ControlMessage.Hold(id, 1, 0, token),
                new ControlMessage.Hold(id, 1, 1, token),
                new ControlMessage.Held(id, 1),
                new ControlMessage.Done(id, 1),
                new ControlMessage.Release(id, 1)));
        seeds.add(write(new ControlMessage.Voided(id)));
        seeds.add(
            write(
                new ControlMessage.Gone(id, 1, LossReason.FREED),
                new ControlMessage.Full(id, 1, 5)));
        seeds.add(
            write(new ControlMessage.Origin(id, new StackTraceElement("C", "m", "C.java", 5))));
      }
    }
    return seeds;
  }

  private static byte[] write(ControlMessage... messages) {
    Output out = new Output(64);
    for (ControlMessage each : messages) {
      ControlMessage.write(each, out);
    }
    return out.toByteArray();
  }
}
