import io.farref.Worker;

// region server
/** Joins as "server" and serves until the group closes. It knows nothing of its callers. */
public class Server {
  static void main(String[] args) {
    String rendezvous = args.length > 0 ? args[0] : "tcp://127.0.0.1:7077";
    try (Worker me =
        Worker.builder().name("server").rank(0).worldSize(3).rendezvous(rendezvous).join()) {
      IO.println("server: joined, process " + ProcessHandle.current().pid());
    } // close() waits for the other members and runs their calls meanwhile
  }
}

// endregion
