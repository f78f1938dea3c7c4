package io.farref.codec;

/**
 * The first byte of every value. Numbers are as in {@link io.farref.bytes.Output}: <i>n</i> is a
 * variable number, <i>z</i> one with a sign, <i>s</i> a string as in {@link Strings}, <i>sym</i>
 * the number of a symbol of the connection, <i>v</i> a value, <i>raw</i> bytes as in {@link
 * ByteBlock}.
 *
 * <p>Objects with identity are numbered in the order in which their tags stand in the message;
 * {@code REF} points back at one by number.
 *
 * <table>
 * <caption>The bytes after a tag</caption>
 * <tr><td>{@code NULL TRUE FALSE}</td><td>nothing</td></tr>
 * <tr><td>{@code REF}</td><td>n: object number</td></tr>
 * <tr><td>{@code BYTE}; {@code SHORT INT LONG}; {@code CHAR}; {@code FLOAT DOUBLE}</td>
 *     <td>1 byte; z; n; 4 or 8 bytes</td></tr>
 * <tr><td>{@code STRING}</td><td>s</td></tr>
 * <tr><td>{@code CLASS}</td><td>sym</td></tr>
 * <tr><td>{@code ENUM}</td><td>sym, n: ordinal</td></tr>
 * <tr><td>{@code RECORD OBJECT}</td><td>sym, fields in the order of the symbol's shape; a primitive
 *     one without tag</td></tr>
 * <tr><td>{@code SERIAL SERIAL_RESOLVED}</td><td>sym, for each class of the hierarchy: count,
 *     v...; see {@link SerialForm}</td></tr>
 * <tr><td>{@code CUSTOM}</td><td>sym, length below 255, the bytes of the ValueCodec; or sym, 255, these bytes,
 *     length in 4 bytes</td></tr>
 * <tr><td>{@code FUNCTION}</td><td>sym, captured values v</td></tr>
 * <tr><td>{@code FACADE}</td><td>sym: interface, n: index of the reference</td></tr>
 * <tr><td>{@code RREF}; {@code PEER}</td><td>n: index of the reference; n: worker id</td></tr>
 * <tr><td>{@code THROWABLE THROWABLE_TEXT}</td><td>see {@link ThrowableCodec}</td></tr>
 * <tr><td>{@code BYTES} to {@code DOUBLES}</td><td>raw</td></tr>
 * <tr><td>{@code OBJECTS}; {@code ARRAY}</td><td>count, v...; sym: element type, count, v...</td></tr>
 * <tr><td>collections</td><td>comparator v if sorted, count, v... (a map: key, value, ...)</td></tr>
 * <tr><td>the rest</td><td>see {@link JdkValues}, {@link JdkNames}, {@link JdkAtomics}</td></tr>
 * </table>
 *
 * <p>A tag once given never changes its meaning.
 */
final class Tags {
  static final int NULL = 0;
  static final int REF = 1;
  static final int TRUE = 2;
  static final int FALSE = 3;
  static final int BYTE = 4;
  static final int SHORT = 5;
  static final int CHAR = 6;
  static final int INT = 7;
  static final int LONG = 8;
  static final int FLOAT = 9;
  static final int DOUBLE = 10;
  static final int STRING = 11;
  static final int CLASS = 12;
  static final int ENUM = 13;
  static final int RECORD = 14;
  static final int OBJECT = 15;
  static final int CUSTOM = 16;
  static final int FUNCTION = 17;
  static final int FACADE = 18;
  static final int RREF = 19;
  static final int PEER = 20;
  static final int THROWABLE = 21;
  static final int THROWABLE_TEXT = 22;

  static final int BYTES = 24;
  static final int SHORTS = 25;
  static final int CHARS = 26;
  static final int INTS = 27;
  static final int LONGS = 28;
  static final int FLOATS = 29;
  static final int DOUBLES = 30;
  static final int BOOLEANS = 31;
  static final int OBJECTS = 32;
  static final int ARRAY = 33;
  static final int BYTE_BUFFER = 34;
  static final int MEMORY_SEGMENT = 35;
  static final int SERIAL = 36;
  static final int SERIAL_RESOLVED = 37;

  static final int ARRAY_LIST = 40;
  static final int LINKED_LIST = 41;
  static final int COPY_ON_WRITE_LIST = 44;
  static final int ARRAY_DEQUE = 45;
  static final int CONCURRENT_QUEUE = 46;
  static final int CONCURRENT_DEQUE = 47;
  static final int LINKED_BLOCKING_QUEUE = 48;
  static final int LINKED_BLOCKING_DEQUE = 49;
  static final int PRIORITY_QUEUE = 50;
  static final int PRIORITY_BLOCKING_QUEUE = 51;
  static final int HASH_SET = 52;
  static final int LINKED_HASH_SET = 53;
  static final int TREE_SET = 54;
  static final int SKIP_LIST_SET = 55;
  static final int COPY_ON_WRITE_SET = 56;
  static final int ENUM_SET = 58;
  static final int ARRAY_BLOCKING_QUEUE = 59;
  static final int HASH_MAP = 60;
  static final int LINKED_HASH_MAP = 61;
  static final int TREE_MAP = 62;
  static final int CONCURRENT_MAP = 63;
  static final int SKIP_LIST_MAP = 64;
  static final int IDENTITY_MAP = 65;
  static final int WEAK_MAP = 66;
  static final int HASHTABLE = 67;
  static final int PROPERTIES = 68;
  static final int ENUM_MAP = 69;
  static final int DELAY_QUEUE = 70;
  static final int TRANSFER_QUEUE = 71;

  static final int LIST_OF = 72;
  static final int LIST_OF_NULLABLE = 73;
  static final int SET_OF = 74;
  static final int MAP_OF = 75;
  static final int N_COPIES = 77;
  static final int MAP_ENTRY = 81;
  static final int BIT_SET = 88;

  static final int OPTIONAL = 92;
  static final int OPTIONAL_INT = 93;
  static final int OPTIONAL_LONG = 94;
  static final int OPTIONAL_DOUBLE = 95;
  static final int ATOMIC_REFERENCE = 96;
  static final int ATOMIC_INTEGER = 97;
  static final int ATOMIC_LONG = 98;
  static final int ATOMIC_BOOLEAN = 99;
  static final int LONG_ADDER = 100;
  static final int DOUBLE_ADDER = 101;
  static final int ATOMIC_INTEGER_ARRAY = 102;
  static final int ATOMIC_LONG_ARRAY = 103;

  static final int BIG_INTEGER = 110;
  static final int BIG_DECIMAL = 111;
  static final int MATH_CONTEXT = 112;
  static final int UUID = 113;
  static final int URI = 114;
  static final int PATTERN = 117;
  static final int STRING_BUILDER = 118;
  static final int STRING_BUFFER = 119;
  static final int CHARSET = 120;
  static final int DATE = 121;
  static final int TIME_ZONE = 122;
  static final int PATH = 123;
  static final int FILE = 124;
  static final int STACK_TRACE_ELEMENT = 127;
  static final int PLAIN_OBJECT = 128;

  static final int INSTANT = 140;
  static final int DURATION = 141;
  static final int PERIOD = 142;
  static final int LOCAL_DATE = 143;
  static final int LOCAL_TIME = 144;
  static final int LOCAL_DATE_TIME = 145;
  static final int OFFSET_TIME = 146;
  static final int OFFSET_DATE_TIME = 147;
  static final int ZONED_DATE_TIME = 148;
  static final int YEAR = 149;
  static final int YEAR_MONTH = 150;
  static final int MONTH_DAY = 151;
  static final int ZONE_OFFSET = 152;
  static final int ZONE_REGION = 153;

  private Tags() {}

  /** Whether a value of this tag can be the function of a call. */
  static boolean isFunction(int tag) {
    return switch (tag) {
      case FUNCTION, CUSTOM, OBJECT, RECORD, ENUM, FACADE, SERIAL, SERIAL_RESOLVED -> true;
      default -> false;
    };
  }

  /** Whether a tag is that of a {@link SerialForm}. */
  static boolean isSerial(int tag) {
    return tag == SERIAL || tag == SERIAL_RESOLVED;
  }
}
