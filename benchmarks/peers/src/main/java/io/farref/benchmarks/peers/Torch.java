package io.farref.benchmarks.peers;

import io.farref.benchmarks.Client;
import io.farref.benchmarks.Contender;
import io.farref.benchmarks.UnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** torch.distributed.rpc, where there is a Python that has it: TORCH_PYTHON, or python3. */
public final class Torch implements Contender {
  private static final String SCRIPT = "/io/farref/benchmarks/peers/torch_side.py";

  @Override
  public String name() {
    return "torch";
  }

  @Override
  public String about() {
    return "torch.distributed.rpc: TensorPipe with the transports it chooses itself (shared memory"
        + " on one machine), Python on both sides; payload: a tensor of bytes; many in flight:"
        + " rpc_async from one thread; objects: remote, rpc_sync, del";
  }

  @Override
  public String limit() {
    return "limit-unix";
  }

  @Override
  public List<String> command() {
    String python = Optional.ofNullable(System.getenv("TORCH_PYTHON")).orElse("python3");
    try (var script = Torch.class.getResourceAsStream(SCRIPT)) {
      if (script == null) {
        throw new IllegalStateException("there is no " + SCRIPT + " on the class path");
      }
      Path copy = Files.createTempFile("farref-torch", ".py");
      copy.toFile().deleteOnExit();
      Files.write(copy, script.readAllBytes());
      return List.of(python, copy.toString());
    } catch (IOException e) {
      throw new IllegalStateException("cannot copy the torch script", e);
    }
  }

  @Override
  public String serve() throws UnavailableException {
    throw new UnavailableException("it runs in Python");
  }

  @Override
  public Client connect(String address) throws UnavailableException {
    throw new UnavailableException("it runs in Python");
  }
}
