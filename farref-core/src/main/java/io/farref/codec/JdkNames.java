package io.farref.codec;

import java.io.File;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Objects;
import java.util.TimeZone;
import java.util.regex.Pattern;

/** Values of the JDK that name something: places, languages, files, hosts. */
final class JdkNames {
  private JdkNames() {}

  static void register(CodecRegistry r) {
    r.object(
        Tags.URI,
        URI.class,
        (out, uri) -> JdkValues.string(out, uri.toString()),
        in -> URI.create(JdkValues.string(in)));
    // Pattern.flags() has those that are embedded in the pattern, too.
    SerialLevel level = SerialLevel.of(Pattern.class);
    r.object(
        Tags.PATTERN,
        Pattern.class,
        (out, p) -> {
          out.out.writeVarInt((Integer) Objects.requireNonNull(level.field(p, "flags")));
          JdkValues.string(out, p.pattern());
        },
        in -> {
          int flags = in.in.readVarInt();
          return Pattern.compile(JdkValues.string(in), flags);
        });
    r.add(
        new LeafCodec<Charset>(
            Tags.CHARSET,
            TypeCodec.Identity.EARLY,
            (out, c) -> JdkValues.string(out, c.name()),
            in -> Charset.forName(JdkValues.string(in))));
    r.add(new TimeZoneCodec());
    r.add(
        new LeafCodec<Path>(
            Tags.PATH,
            TypeCodec.Identity.EARLY,
            (out, path) -> JdkValues.string(out, path.toString()),
            in -> Path.of(JdkValues.string(in))));
    r.object(
        Tags.FILE,
        File.class,
        (out, file) -> JdkValues.string(out, file.getPath()),
        in -> new File(JdkValues.string(in)));
  }

  /** A time zone that its name says all of; others travel as their serialized form. */
  private static final class TimeZoneCodec extends TypeCodec {
    TimeZoneCodec() {
      super(Tags.TIME_ZONE, Identity.EARLY);
    }

    @Override
    TypeCodec select(Object value) {
      TimeZone named = TimeZone.getTimeZone(((TimeZone) value).getID());
      return named.getClass() == value.getClass() && named.equals(value)
          ? this
          : SerialCodec.of(value.getClass());
    }

    @Override
    void write(Encoder out, Object value) {
      JdkValues.string(out, ((TimeZone) value).getID());
    }

    @Override
    Object read(Decoder in, int id) {
      String name = JdkValues.string(in);
      TimeZone zone = TimeZone.getTimeZone(name);
      if (!zone.getID().equals(name)) {
        throw Errors.encoding("this worker's JDK knows no time zone " + name);
      }
      return zone;
    }
  }
}
