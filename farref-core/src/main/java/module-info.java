/** Remote references for the JVM: hold an object that lives in another JVM, and call it. */
module io.farref {
  requires static com.google.errorprone.annotations;
  requires static org.jspecify;
  requires java.naming;
  requires jdk.net;
  requires jdk.unsupported;

  exports io.farref;
  exports io.farref.spi;

  uses io.farref.spi.StoreProvider;
  uses io.farref.spi.ValueCodec;
  uses io.farref.spi.WorkerProvider;

  provides io.farref.spi.StoreProvider with
      io.farref.group.store.EnvStoreProvider,
      io.farref.group.store.FileStoreProvider,
      io.farref.group.store.MemStoreProvider,
      io.farref.group.store.TcpStoreProvider;
  provides io.farref.spi.WorkerProvider with
      io.farref.node.FarrefProvider;
}
