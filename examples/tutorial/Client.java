import io.farref.Peer;
import io.farref.RRef;
import io.farref.Worker;
import io.farref.WorkerLostException;
import java.time.Duration;

/** The program of docs/guide.md: a counter in another JVM, passed on to a third; one is killed. */
public class Client {
  static void main(String[] args) throws Exception {
    String rendezvous = args.length > 0 ? args[0] : "tcp://127.0.0.1:7077";
    // region call
    try (Worker me =
        Worker.builder().name("client").rank(1).worldSize(3).rendezvous(rendezvous).join()) {
      Peer server = me.peer("server");
      RRef<Counter> counter = server.remote(Counter::new); // made there, stays there
      int five = counter.rpcSync(c -> c.add(5)); // runs there, the result comes back
      IO.println("client: got " + five);
      // endregion

      // region pass
      Peer helper = me.peer("helper");
      helper.runSync(() -> Helper.keep(counter)); // the reference travels, the counter does not
      int six = helper.rpcSync(() -> Helper.addToKept(1));
      IO.println("client: the helper got " + six);

      counter.close(); // the client lets go; the helper still holds the counter
      int seven = helper.rpcSync(() -> Helper.addToKept(1));
      IO.println("client: the helper got " + seven);
      // endregion

      // region kill
      long pid = server.rpcSync(() -> ProcessHandle.current().pid());
      IO.println("client: now kill the server: kill -9 " + pid);
      try {
        server.withTimeout(Duration.ofMinutes(5)).runSync(() -> Thread.sleep(Duration.ofHours(1)));
      } catch (WorkerLostException e) {
        IO.println("client: server lost; did the call run? " + e.execution());
      }
      try {
        server.runSync(() -> IO.println("never printed"));
      } catch (WorkerLostException e) {
        IO.println("client: did the next call run? " + e.execution());
      }
      // endregion
    }
    IO.println("client: closed");
  }
}
