package io.farref.group;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The settings of a worker about its group, from its program or from the environment.
 *
 * @param name the worker's name
 * @param rank the worker's rank
 * @param worldSize the number of workers
 * @param rendezvous the URI of the rendezvous store
 * @param advertise the address under which others reach this worker
 * @param secret the secret that every member must prove to know
 */
public record GroupSettings(
    Optional<String> name,
    OptionalInt rank,
    OptionalInt worldSize,
    Optional<String> rendezvous,
    Optional<String> advertise,
    Optional<String> secret) {

  /** No setting. */
  public static final GroupSettings NONE =
      new GroupSettings(
          Optional.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  /**
   * The settings of the program and, where it has none, those of the environment: {@code
   * FARREF_NAME}, {@code FARREF_RANK}, {@code FARREF_WORLD_SIZE}, {@code FARREF_RENDEZVOUS}, {@code
   * FARREF_ADVERTISE} and {@code FARREF_SECRET}; torchrun's {@code RANK}, {@code WORLD_SIZE},
   * {@code MASTER_ADDR} and {@code MASTER_PORT} where those are absent. An empty variable counts as
   * absent.
   *
   * @throws IllegalArgumentException if a variable that is needed makes no sense (the message names
   *     it and its value), or the settings do not fit together
   */
  public static GroupSettings resolve(GroupSettings program, Map<String, String> environment) {
    Optional<String> name = program.name.or(() -> read(environment, "FARREF_NAME"));
    name.ifPresent(
        given ->
            WorkerNames.check(program.name.isPresent() ? "a worker's name" : "FARREF_NAME", given));
    GroupSettings settings =
        new GroupSettings(
            name,
            number(program.rank, environment, "FARREF_RANK", "RANK", 0),
            number(program.worldSize, environment, "FARREF_WORLD_SIZE", "WORLD_SIZE", 1),
            program
                .rendezvous
                .or(() -> read(environment, "FARREF_RENDEZVOUS"))
                .or(() -> master(environment)),
            program.advertise.or(() -> read(environment, "FARREF_ADVERTISE")),
            program.secret.or(() -> read(environment, "FARREF_SECRET")));
    settings.checkFit();
    return settings.nameByTorchRank(program, environment);
  }

  /** The store that {@code MASTER_ADDR} and {@code MASTER_PORT} describe, if they are set. */
  public static Optional<String> master(Map<String, String> environment) {
    Optional<String> address = read(environment, "MASTER_ADDR");
    Optional<String> port = read(environment, "MASTER_PORT");
    if (address.isEmpty() && port.isEmpty()) {
      return Optional.empty();
    }
    if (address.isEmpty() || port.isEmpty()) {
      throw new IllegalArgumentException(
          "MASTER_ADDR and MASTER_PORT go together, but only "
              + (address.isPresent()
                  ? "MASTER_ADDR is set: '" + address.get() + "'"
                  : "MASTER_PORT is set: '" + port.orElseThrow() + "'"));
    }
    String host = address.get();
    boolean bareIpv6 = host.indexOf(':') != host.lastIndexOf(':') && !host.startsWith("[");
    int number = parse("MASTER_PORT", port.get(), 1, 65535);
    return Optional.of("tcp://" + (bareIpv6 ? "[" + host + "]" : host) + ":" + number);
  }

  private void checkFit() {
    if (rank.isPresent() && worldSize.isPresent() && rank.getAsInt() >= worldSize.getAsInt()) {
      throw new IllegalArgumentException(
          "rank "
              + rank.getAsInt()
              + " does not exist in a world of "
              + worldSize.getAsInt()
              + " (FARREF_RANK or RANK, FARREF_WORLD_SIZE or WORLD_SIZE, or the builder)");
    }
    if (rendezvous.isEmpty() && worldSize.orElse(1) > 1) {
      throw new IllegalArgumentException(
          "a world of "
              + worldSize.getAsInt()
              + " workers needs a rendezvous: set FARREF_RENDEZVOUS, or MASTER_ADDR and"
              + " MASTER_PORT, or call rendezvous(uri)");
    }
  }

  private GroupSettings nameByTorchRank(GroupSettings program, Map<String, String> environment) {
    boolean torchRank =
        program.rank.isEmpty()
            && read(environment, "FARREF_RANK").isEmpty()
            && read(environment, "RANK").isPresent();
    if (name.isPresent() || !torchRank) {
      return this;
    }
    return new GroupSettings(
        Optional.of(WorkerNames.ofRank(rank.getAsInt())),
        rank,
        worldSize,
        rendezvous,
        advertise,
        secret);
  }

  private static OptionalInt number(
      OptionalInt program, Map<String, String> environment, String own, String torch, int min) {
    if (program.isPresent()) {
      return program;
    }
    String variable = read(environment, own).isPresent() ? own : torch;
    Optional<String> value = read(environment, variable);
    return value.isEmpty()
        ? OptionalInt.empty()
        : OptionalInt.of(parse(variable, value.get(), min, Integer.MAX_VALUE));
  }

  private static int parse(String variable, String value, int min, int max) {
    int number;
    try {
      number = Integer.parseInt(value.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          variable + " must be a whole number, but is '" + value + "'", e);
    }
    if (number < min || number > max) {
      throw new IllegalArgumentException(
          variable
              + " must be "
              + (max == Integer.MAX_VALUE ? "at least " + min : min + " to " + max)
              + ", but is '"
              + value
              + "'");
    }
    return number;
  }

  private static Optional<String> read(Map<String, String> environment, String variable) {
    String value = environment.get(variable);
    return value == null || value.isEmpty() ? Optional.empty() : Optional.of(value);
  }
}
