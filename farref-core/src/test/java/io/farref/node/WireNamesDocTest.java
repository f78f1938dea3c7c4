package io.farref.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.RpcException;
import io.farref.codec.LibraryCodec;
import io.farref.codec.WireNames;
import io.farref.wire.ProtocolPage;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of wire names in docs/protocol.md is that of the code. */
class WireNamesDocTest {
  private static final String API = "io.farref.";

  @Test
  void thePageHasTheWireNamesOfAllTypesOfTheLibraryThatTravel() throws IOException {
    Set<String> names = new TreeSet<>(WireNames.api().keySet());
    for (LibraryCodec<?> each : WorkerComponents.libraryCodecs()) {
      assertThat(names.add(each.wireName())).as("%s is used once", each.wireName()).isTrue();
    }
    assertThat(ProtocolPage.table("wire name", "type").stream().map(List::getFirst))
        .containsExactlyInAnyOrderElementsOf(names)
        .allMatch(name -> name.matches("\\.[a-z-]+"));
  }

  @Test
  void everyExceptionOfTheLibraryHasAWireName() {
    assertThat(WireNames.api().values()).contains(RpcException.class.getPermittedSubclasses());
  }

  @Test
  void thePageSaysWhichTypeOfThePublicApiHasWhichName() throws IOException {
    Map<String, String> types =
        WireNames.api().entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey,
                    each -> each.getValue().getCanonicalName().substring(API.length())));
    Map<String, String> documented =
        ProtocolPage.table("wire name", "type").stream()
            .filter(row -> types.containsKey(row.getFirst()))
            .collect(Collectors.toMap(List::getFirst, row -> row.get(1)));
    assertThat(new TreeMap<>(documented)).isEqualTo(new TreeMap<>(types));
  }
}
