import io.farref.Worker;

/** Joins a group of two and serves until the other leaves. See Client.java. */
public class Server {
  static void main(String[] args) {
    String rendezvous = args.length > 0 ? args[0] : "tcp://127.0.0.1:7077";
    Worker me = Worker.builder().name("server").rank(0).worldSize(2).rendezvous(rendezvous).join();
    IO.println("server: joined as process " + ProcessHandle.current().pid());
    me.close(); // waits for the client to close, and runs what it asks for until then
  }

  /** An ordinary class. Its object will live in the server's process. */
  static class Counter {
    private int count;

    synchronized int add(int n) {
      count += n;
      return count;
    }
  }
}
