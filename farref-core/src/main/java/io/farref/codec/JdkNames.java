package io.farref.codec;

import io.farref.bytes.MalformedException;
import java.io.File;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Currency;
import java.util.Locale;
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
    r.object(
        Tags.LOCALE,
        Locale.class,
        (out, l) -> {
          JdkValues.string(out, l.getLanguage());
          JdkValues.string(out, l.getCountry());
          JdkValues.string(out, l.getVariant());
          JdkValues.string(
              out, l.hasExtensions() || !l.getScript().isEmpty() ? l.toLanguageTag() : "");
        },
        in -> {
          String language = JdkValues.string(in);
          String country = JdkValues.string(in);
          String variant = JdkValues.string(in);
          String tag = JdkValues.string(in);
          return tag.isEmpty()
              ? Locale.of(language, country, variant)
              : new Locale.Builder().setLanguageTag(tag).build();
        });
    r.object(
        Tags.CURRENCY,
        Currency.class,
        (out, c) -> JdkValues.string(out, c.getCurrencyCode()),
        in -> Currency.getInstance(JdkValues.string(in)));
    r.object(
        Tags.PATTERN,
        Pattern.class,
        (out, p) -> {
          out.out.writeVarInt(p.flags());
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
    r.add(
        new LeafCodec<TimeZone>(
            Tags.TIME_ZONE,
            TypeCodec.Identity.EARLY,
            (out, zone) -> JdkValues.string(out, zone.getID()),
            in -> TimeZone.getTimeZone(JdkValues.string(in))));
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
    r.add(
        new LeafCodec<InetAddress>(
            Tags.INET_ADDRESS, TypeCodec.Identity.EARLY, JdkNames::address, JdkNames::address));
    r.object(
        Tags.INET_SOCKET_ADDRESS,
        InetSocketAddress.class,
        (out, socket) -> {
          InetAddress address = socket.getAddress();
          out.out.writeVarInt(socket.getPort());
          out.out.writeByte(address == null ? 0 : 1);
          if (address == null) {
            JdkValues.string(out, socket.getHostString());
          } else {
            address(out, address);
          }
        },
        in -> {
          int port = in.in.readVarInt();
          return in.in.readByte() == 0
              ? InetSocketAddress.createUnresolved(JdkValues.string(in), port)
              : new InetSocketAddress(address(in), port);
        });
  }

  private static void address(Encoder out, InetAddress address) {
    String text = address.toString();
    JdkValues.string(out, text.substring(0, text.indexOf('/')));
    JdkValues.bytes(out, address.getAddress());
  }

  private static InetAddress address(Decoder in) {
    String host = JdkValues.string(in);
    byte[] raw = JdkValues.bytes(in);
    try {
      return InetAddress.getByAddress(host.isEmpty() ? null : host, raw);
    } catch (UnknownHostException e) {
      throw new MalformedException("an internet address of " + raw.length + " bytes");
    }
  }
}
