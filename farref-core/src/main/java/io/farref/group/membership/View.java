package io.farref.group.membership;

import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Output;
import io.farref.group.Member;
import io.farref.observe.ForeignText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A list of members that was agreed on. A view in the store is never changed.
 *
 * @param groupId the same in all views of one open group, in no other view otherwise
 * @param isOpen whether members come and go
 * @param nextId the first id that no member ever had
 * @param members by rank
 */
record View(String groupId, boolean isOpen, int nextId, List<Member> members) {
  private static final int FORMAT = 1;
  private static final int MIN_MEMBER_BYTES = 5;

  View {
    members = members.stream().sorted(Comparator.comparingInt(Member::rank)).toList();
  }

  Optional<Member> member(String incarnation) {
    return members.stream().filter(m -> m.incarnation().equals(incarnation)).findFirst();
  }

  byte[] encode() {
    Output out = new Output(64 + 64 * members.size());
    out.writeByte(FORMAT);
    out.writeUtf8(groupId);
    out.writeByte(isOpen ? 1 : 0);
    out.writeVarInt(nextId);
    out.writeVarInt(members.size());
    for (Member member : members) {
      out.writeVarInt(member.id());
      out.writeUtf8(member.name());
      out.writeVarInt(member.rank());
      out.writeUtf8(member.address());
      out.writeUtf8(member.incarnation());
    }
    return out.toByteArray();
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws MalformedException if it is anything else
   */
  static View decode(byte[] bytes) {
    Input in = new Input(bytes);
    int format = in.readUnsignedByte();
    if (format != FORMAT) {
      throw new MalformedException(
          "a group of another release (format " + format + ", not " + FORMAT + ")");
    }
    String groupId = in.readUtf8();
    boolean open = in.readByte() != 0;
    int nextId = in.readVarInt();
    List<Member> members = new ArrayList<>();
    for (int left = in.readCount(MIN_MEMBER_BYTES); left > 0; left--) {
      members.add(new Member(in.readVarInt(), plain(in), in.readVarInt(), plain(in), plain(in)));
    }
    return new View(groupId, open, nextId, members);
  }

  /** Part of a member, which messages and the log show. */
  private static String plain(Input in) {
    String text = in.readUtf8();
    if (!ForeignText.isPlain(text)) {
      throw new MalformedException("a member called, or at, '" + ForeignText.of(text) + "'");
    }
    return text;
  }
}
