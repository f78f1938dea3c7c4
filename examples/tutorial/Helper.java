import io.farref.RRef;
import io.farref.Worker;

// region helper
/** The third JVM. It keeps what it is given. */
public class Helper {
  private static volatile RRef<Counter> kept;

  static void main(String[] args) {
    String rendezvous = args.length > 0 ? args[0] : "tcp://127.0.0.1:7077";
    try (Worker me =
        Worker.builder().name("helper").rank(2).worldSize(3).rendezvous(rendezvous).join()) {
      IO.println("helper: joined");
    }
  }

  static void keep(RRef<Counter> counter) {
    kept = counter;
  }

  static int addToKept(int n) {
    return kept.rpcSync(c -> c.add(n)); // straight to the server, not through the client
  }
}

// endregion
