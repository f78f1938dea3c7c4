package io.farref.snippets;

// @start region=program
import io.farref.*;

public class Main {
  static class Account {
    private long cents;

    synchronized long deposit(long amount) {
      return cents += amount;
    }
  }

  public static void main(String[] args) {
    try (Worker me = Worker.join()) {
      if (me.name().equals("client")) {
        try (RRef<Account> account = me.peer("bank").remote(Account::new)) {
          long cents = account.rpcSync(a -> a.deposit(100));
          System.out.println(cents);
        }
      }
    } // the bank serves until the client closes too
  }
}
// @end
