import io.farref.Peer;
import io.farref.RRef;
import io.farref.Worker;

/**
 * Calls a function and holds an object in another process. Two terminals in this directory:
 *
 * <pre>
 *   java -cp ../../farref-core/target/classes Server.java
 *   java -cp ../../farref-core/target/classes Client.java
 * </pre>
 */
public class Client {
  static void main(String[] args) {
    String rendezvous = args.length > 0 ? args[0] : "tcp://127.0.0.1:7077";
    try (Worker me =
        Worker.builder().name("client").rank(1).worldSize(2).rendezvous(rendezvous).join()) {
      Peer server = me.peer("server");

      String reply = server.rpcSync(() -> "hello from process " + ProcessHandle.current().pid());
      IO.println("client: process " + ProcessHandle.current().pid() + " got " + reply);

      try (RRef<Server.Counter> counter = server.remote(Server.Counter::new)) { // lives over there
        counter.runSync(c -> c.add(40));
        int sum = counter.rpcSync(c -> c.add(2));
        IO.println("client: the counter on " + counter.owner().name() + " says " + sum);
      } // the last reference is closed: the counter is gone
    }
  }
}
