package io.farref.codec;
import java.util.HexFormat;
class Regenerate { public static void main(String[] a) { StringBuilder t=new StringBuilder(); Samples.all().forEach((n,v)->t.append(n).append(' ').append(HexFormat.of().formatHex(Pipe.of().write(v))).append('\n')); System.out.print(t); } }
