package io.farref.codec;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/** Dates and times: their numbers, largest unit first. */
final class JdkTimes {
  private JdkTimes() {}

  static void register(CodecRegistry r) {
    r.value(
        Tags.INSTANT,
        Instant.class,
        (out, t) -> seconds(out, t.getEpochSecond(), t.getNano()),
        in -> Instant.ofEpochSecond(in.in.readZigZag(), in.in.readVarInt()));
    r.value(
        Tags.DURATION,
        Duration.class,
        (out, t) -> seconds(out, t.getSeconds(), t.getNano()),
        in -> Duration.ofSeconds(in.in.readZigZag(), in.in.readVarInt()));
    r.value(
        Tags.PERIOD,
        Period.class,
        (out, p) -> {
          out.out.writeZigZag(p.getYears());
          out.out.writeZigZag(p.getMonths());
          out.out.writeZigZag(p.getDays());
        },
        in -> Period.of(in.readZigZagInt(), in.readZigZagInt(), in.readZigZagInt()));
    r.value(Tags.LOCAL_DATE, LocalDate.class, JdkTimes::write, JdkTimes::date);
    r.value(Tags.LOCAL_TIME, LocalTime.class, JdkTimes::write, JdkTimes::time);
    r.value(Tags.LOCAL_DATE_TIME, LocalDateTime.class, JdkTimes::write, JdkTimes::dateTime);
    r.value(
        Tags.OFFSET_TIME,
        OffsetTime.class,
        (out, t) -> {
          write(out, t.toLocalTime());
          write(out, t.getOffset());
        },
        in -> OffsetTime.of(time(in), offset(in)));
    r.value(
        Tags.OFFSET_DATE_TIME,
        OffsetDateTime.class,
        (out, t) -> {
          write(out, t.toLocalDateTime());
          write(out, t.getOffset());
        },
        in -> OffsetDateTime.of(dateTime(in), offset(in)));
    r.value(
        Tags.ZONED_DATE_TIME,
        ZonedDateTime.class,
        (out, t) -> {
          write(out, t.toLocalDateTime());
          write(out, t.getOffset());
          // A time at an offset prints it once only if its zone is the same object.
          Strings.write(out.out, t.getZone() instanceof ZoneOffset ? "" : t.getZone().getId());
        },
        in -> {
          LocalDateTime local = dateTime(in);
          ZoneOffset offset = offset(in);
          String zone = Strings.read(in.in, in.limits());
          return ZonedDateTime.ofInstant(local, offset, zone.isEmpty() ? offset : ZoneId.of(zone));
        });
    r.value(
        Tags.YEAR,
        Year.class,
        (out, y) -> out.out.writeZigZag(y.getValue()),
        in -> Year.of(in.readZigZagInt()));
    r.value(
        Tags.YEAR_MONTH,
        YearMonth.class,
        (out, y) -> {
          out.out.writeZigZag(y.getYear());
          out.out.writeByte(y.getMonthValue());
        },
        in -> YearMonth.of(in.readZigZagInt(), in.in.readByte()));
    r.value(
        Tags.MONTH_DAY,
        MonthDay.class,
        (out, d) -> {
          out.out.writeByte(d.getMonthValue());
          out.out.writeByte(d.getDayOfMonth());
        },
        in -> MonthDay.of(in.in.readByte(), in.in.readByte()));
    r.value(Tags.ZONE_OFFSET, ZoneOffset.class, JdkTimes::write, JdkTimes::offset);
    r.add(
        new LeafCodec<ZoneId>(
            Tags.ZONE_REGION,
            TypeCodec.Identity.NONE,
            (out, zone) -> Strings.write(out.out, zone.getId()),
            JdkTimes::zone));
  }

  private static void seconds(Encoder out, long seconds, int nanos) {
    out.out.writeZigZag(seconds);
    out.out.writeVarInt(nanos);
  }

  private static void write(Encoder out, LocalDate date) {
    out.out.writeZigZag(date.getYear());
    out.out.writeByte(date.getMonthValue());
    out.out.writeByte(date.getDayOfMonth());
  }

  private static LocalDate date(Decoder in) {
    return LocalDate.of(in.readZigZagInt(), in.in.readByte(), in.in.readByte());
  }

  private static void write(Encoder out, LocalTime time) {
    out.out.writeVarLong(time.toNanoOfDay());
  }

  private static LocalTime time(Decoder in) {
    return LocalTime.ofNanoOfDay(in.in.readVarLong());
  }

  private static void write(Encoder out, LocalDateTime time) {
    write(out, time.toLocalDate());
    write(out, time.toLocalTime());
  }

  private static LocalDateTime dateTime(Decoder in) {
    return LocalDateTime.of(date(in), time(in));
  }

  private static void write(Encoder out, ZoneOffset offset) {
    out.out.writeZigZag(offset.getTotalSeconds());
  }

  private static ZoneOffset offset(Decoder in) {
    return ZoneOffset.ofTotalSeconds(in.readZigZagInt());
  }

  private static ZoneId zone(Decoder in) {
    return ZoneId.of(Strings.read(in.in, in.limits()));
  }
}
