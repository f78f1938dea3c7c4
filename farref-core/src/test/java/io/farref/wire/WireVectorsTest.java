package io.farref.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.Limits;
import io.farref.RefusedException;
import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.bytes.Memory;
import io.farref.bytes.Output;
import io.farref.wire.MessageTrailer.Reference;
import io.farref.wire.StreamHeader.Attachment;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The bytes of every message. A test that fails here says that workers of this build and of the
 * last one do not understand each other: change {@link Handshake#VERSION} too, and
 * docs/protocol.md.
 */
class WireVectorsTest {
  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static byte[] frame(byte kind, Output payload) {
    Output out = new Output(64);
    int at = FrameWriter.begin(out, kind);
    out.writeBytes(payload.array(), 0, payload.size());
    FrameWriter.end(out, at);
    return out.toByteArray();
  }

  private static byte[] call(CallHead head, MessageTrailer tables) {
    Output payload = new Output(64);
    head.write(payload);
    payload.writeByte(0x7E);
    if (head.has(CallHead.TABLES)) {
      tables.write(payload);
    }
    return frame(Frame.CALL, payload);
  }

  @Test
  void eachKindOfFrameHasItsNumber() {
    assertThat(
            new byte[] {
              Frame.HELLO,
              Frame.CHALLENGE,
              Frame.PROOF,
              Frame.WELCOME,
              Frame.REJECT,
              Frame.DEFINE,
              Frame.CALL,
              Frame.REPLY,
              Frame.CANCEL,
              Frame.REFS,
              Frame.GOODBYE,
              Frame.OPEN,
              Frame.DATA,
              Frame.RESET
            })
        .containsExactly(1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15, 16);
  }

  @Test
  void aCallOnAWorkerHasFixedBytes() {
    CallHead head = new CallHead(0, 5, 0, 0, 0, 0, 0, 0);
    assertThat(hex(call(head, MessageTrailer.NONE)))
        .isEqualTo("04000000" + "09" + "00" + "05" + "7e");
  }

  @Test
  void aCallOnAValueWithADeadlineHasFixedBytes() {
    CallHead head =
        new CallHead(
            CallHead.TARGET | CallHead.VOID | CallHead.DEADLINE, 300, 1_000, 2, 7, 0, 0, 0);
    assertThat(hex(call(head, MessageTrailer.NONE)))
        .isEqualTo("09000000" + "09" + "49" + "ac02" + "e807" + "02" + "07" + "7e");
  }

  @Test
  void aCreationFromAValueHasFixedBytes() {
    CallHead head =
        new CallHead(CallHead.TARGET | CallHead.CREATE, 0, 0, 2, 7, 9, 200, 0x0807060504030201L);
    assertThat(hex(call(head, MessageTrailer.NONE)))
        .isEqualTo(
            "10000000" + "09" + "03" + "02" + "07" + "09" + "c801" + "0102030405060708" + "7e");
  }

  @Test
  void aCallWithReferencesAndBuffersHasFixedBytes() {
    CallHead head = new CallHead(CallHead.TABLES, 1, 0, 0, 0, 0, 0, 0);
    MessageTrailer tables =
        new MessageTrailer(
            List.of(new Reference(1, 2, 3, 4, 0x0807060504030201L)), 0, List.of(4096L, 5L));
    assertThat(hex(call(head, tables)))
        .isEqualTo(
            "1a000000"
                + "09"
                + "80"
                + "01"
                + "7e"
                + "0101020304"
                + "0102030405060708"
                + "00"
                + "02802005"
                + "12000000");
  }

  @Test
  void repliesHaveFixedBytes() {
    Output value = new Output(8);
    new ReplyHead(0, 5).write(value);
    assertThat(hex(frame(Frame.REPLY, value))).isEqualTo("03000000" + "0a" + "00" + "05");
    Output thrown = new Output(8);
    new ReplyHead(ReplyHead.THROWN, 5).write(thrown);
    assertThat(hex(frame(Frame.REPLY, thrown))).isEqualTo("03000000" + "0a" + "01" + "05");
    Output refused = new Output(8);
    new ReplyHead(ReplyHead.REFUSED, 5).write(refused);
    assertThat(hex(frame(Frame.REPLY, refused))).isEqualTo("03000000" + "0a" + "02" + "05");
  }

  @Test
  void smallFramesHaveFixedBytes() {
    assertThat(hex(FrameWriter.define(3, new byte[] {9, 8})))
        .isEqualTo("04000000" + "08" + "030908");
    assertThat(hex(FrameWriter.cancel(5))).isEqualTo("02000000" + "0b" + "05");
    assertThat(hex(FrameWriter.empty(Frame.GOODBYE))).isEqualTo("01000000" + "0d");
    assertThat(hex(FrameWriter.window(new Window(300, 1 << 20))))
        .isEqualTo("06000000" + "14" + "ac02" + "808040");
    Output credit = new Output(8);
    FrameWriter.credit(credit, 3, 200);
    assertThat(hex(credit.toByteArray())).isEqualTo("04000000" + "15" + "03" + "c801");
  }

  @Test
  void headsReadAsWritten() {
    List<CallHead> heads =
        List.of(
            new CallHead(0, Long.MAX_VALUE, 0, 0, 0, 0, 0, 0),
            new CallHead(CallHead.TARGET | CallHead.FETCH, 1, 0, 3, 4, 0, 0, 0),
            new CallHead(CallHead.CREATE | CallHead.DEADLINE, 0, 5, 0, 0, 6, 7, -8),
            new CallHead(
                CallHead.TARGET | CallHead.CREATE | CallHead.COMPOSE, 0, 0, 1, 2, 3, 4, 5));
    for (CallHead head : heads) {
      Output out = new Output(8);
      head.write(out);
      Input in = new Input(out.toByteArray());
      assertThat(CallHead.read(in)).isEqualTo(head);
      assertThat(in.remaining()).isZero();
    }
  }

  @Test
  void tablesReadAsWrittenAndLeaveTheBody() {
    MessageTrailer tables =
        new MessageTrailer(
            List.of(new Reference(0, 0, 0, 1, 5), new Reference(1, 2, Long.MAX_VALUE, 4, -6)),
            0,
            List.of(0L, 1L << 33));
    Output out = new Output(8);
    out.writeInt(42);
    tables.write(out);
    Input in = new Input(out.toByteArray());
    assertThat(MessageTrailer.read(in, Limits.DEFAULT)).isEqualTo(tables);
    assertThat(MessageTrailer.body(in).remaining()).isEqualTo(4);
  }

  @Test
  void tablesLongerThanTheMessageAreMalformed() {
    Output out = new Output(8);
    out.writeInt(1000);
    Input in = new Input(out.toByteArray());
    assertThatThrownBy(() -> MessageTrailer.read(in, Limits.DEFAULT))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("1000");
  }

  @Test
  void outOfBandBuffersOverTheLimitAreRefusedByName() {
    Output out = new Output(8);
    new MessageTrailer(List.of(), 0, List.of(Long.MAX_VALUE)).write(out);
    Input in = new Input(out.toByteArray());
    assertThatThrownBy(() -> MessageTrailer.read(in, Limits.DEFAULT))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("maxAttachmentBytes")
        .hasMessageContaining(String.valueOf(Limits.DEFAULT.maxAttachmentBytes()));
  }

  @Test
  void aFetchWithoutATargetIsMalformed() {
    assertThatThrownBy(() -> CallHead.read(new Input(new byte[] {CallHead.FETCH, 1})))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void aCallWhoseBuffersCameOnAStreamHasFixedBytes() {
    CallHead head = new CallHead(CallHead.TABLES, 1, 0, 0, 0, 0, 0, 0);
    assertThat(hex(call(head, new MessageTrailer(List.of(), 3, List.of()))))
        .isEqualTo("0a000000" + "09" + "80" + "01" + "7e" + "00" + "03" + "02000000");
  }

  @Test
  void theFramesOfAStreamHaveFixedBytesAndReadAsWritten() {
    StreamHeader streamHeader =
        new StreamHeader(
            3,
            300,
            List.of(new Attachment(Memory.OFF_HEAP, 1L << 33), new Attachment(Memory.DOUBLES, 16)));
    assertThat(hex(FrameWriter.open(streamHeader)))
        .isEqualTo("0d000000" + "0e" + "03" + "ac02" + "02" + "008080808020" + "0710");
    assertThat(hex(FrameWriter.data(3, 256))).isEqualTo("02010000" + "0f" + "03");
    assertThat(hex(FrameWriter.reset(3))).isEqualTo("02000000" + "10" + "03");
    Output out = new Output(32);
    streamHeader.write(out);
    assertThat(StreamHeader.read(new Input(out.toByteArray()), Limits.DEFAULT))
        .isEqualTo(streamHeader);
  }

  @Test
  void aStreamOverALimitIsRefusedByNameAndOneWithoutAValidNumberIsMalformed() {
    Limits limits = Limits.DEFAULT;
    long half = limits.maxAttachmentBytes() / 2 + 1;
    Attachment each = new Attachment(Memory.OFF_HEAP, half);
    assertThatThrownBy(
            () -> StreamHeader.read(payload(new StreamHeader(1, 0, List.of(each, each))), limits))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("maxAttachmentBytes");
    List<Attachment> many =
        Collections.nCopies(limits.maxAttachments() + 1, new Attachment(Memory.BYTES, 0));
    assertThatThrownBy(() -> StreamHeader.read(payload(new StreamHeader(1, 0, many)), limits))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("maxAttachments");
    for (int body : new int[] {limits.maxMessageBytes() + 1, -1}) {
      assertThatThrownBy(
              () -> StreamHeader.read(payload(new StreamHeader(1, body, List.of())), limits))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("maxMessageBytes");
    }
    for (int stream : new int[] {-1, 0, StreamHeader.STREAMS + 1}) {
      assertThatThrownBy(
              () -> StreamHeader.read(payload(new StreamHeader(stream, 0, List.of())), limits))
          .isInstanceOf(MalformedException.class);
    }
  }

  private static Input payload(StreamHeader streamHeader) {
    Output out = new Output(32);
    streamHeader.write(out);
    return new Input(out.toByteArray());
  }
}
