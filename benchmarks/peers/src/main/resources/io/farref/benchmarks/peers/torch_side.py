"""One of two processes of torch.distributed.rpc: the same command line and the same output as the
other systems' (see Side.java): "server NAME", or "client NAME ADDRESS SERVER_PID SCALE WORKLOADS"."""
import collections
import os
import socket
import sys
import time

try:
    import torch
    import torch.distributed.rpc as rpc
except ImportError:
    print("UNAVAILABLE no torch.distributed.rpc in", sys.executable, flush=True)
    print("READY -", flush=True)
    sys.exit(0)

TICKS = os.sysconf("SC_CLK_TCK")
live_objects = 0


class Counter:
    def __init__(self):
        global live_objects
        live_objects += 1
        self.sum = 0

    def add(self, n):
        self.sum += n
        return self.sum

    def __del__(self):
        global live_objects
        live_objects -= 1


def add(a, b):
    return a + b


def take(tensor):
    return tensor.numel()


def count_live():
    return live_objects


def add_to(ref, n):
    return ref.local_value().add(n)


def join(name, rank, port):
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=port)
    rpc.init_rpc(name, rank=rank, world_size=2)


def check(got, wanted):
    if got != wanted:
        raise RuntimeError(f"the answer is {got}, not {wanted}")


class Measuring:
    def __init__(self, server_pid, scale):
        self.pids = (os.getpid(), server_pid)
        self.scale = scale

    def cpu(self):
        """Seconds of both processes."""
        total = 0
        for pid in self.pids:
            with open(f"/proc/{pid}/stat") as stat:
                fields = stat.read().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICKS

    def value(self, sheet, column, value):
        print("VALUE", sheet, column, value, sep="\t", flush=True)

    def timed(self, warm_up, seconds, run):
        """run(seconds) returns how often; gives (number, seconds, seconds of processors)."""
        run(warm_up * self.scale)
        cpu, start = self.cpu(), time.perf_counter()
        done = run(seconds * self.scale)
        return done, time.perf_counter() - start, self.cpu() - cpu


def one_by_one(call, seconds, times=None):
    end, done = time.perf_counter() + seconds, 0
    while time.perf_counter() < end or done == 0:
        start = time.perf_counter_ns()
        call()
        if times is not None:
            times.append(time.perf_counter_ns() - start)
        done += 1
    return done


def latency(out, sheet, call):
    times = []

    def run(seconds):
        times.clear()
        return one_by_one(call, seconds, times)

    done, _, cpu = out.timed(2, 2, run)
    times.sort()
    for name, share in (("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999)):
        out.value(sheet, name, times[min(done - 1, int(done * share))] / 1e3)
    out.value(sheet, "CPU, both sides", cpu * 1e6 / done)


def held(out):
    ref = rpc.remote("server", Counter)
    latency(out, "HELD", lambda: ref.rpc_sync().add(1))


def window(in_flight, seconds, start, wanted):
    end, done, waiting = time.perf_counter() + seconds, 0, collections.deque()
    while time.perf_counter() < end:
        if len(waiting) == in_flight:
            check(waiting.popleft().wait(), wanted)
        waiting.append(start())
        done += 1
    for future in waiting:
        check(future.wait(), wanted)
    return done


def throughput(out):
    start = lambda: rpc.rpc_async("server", add, args=(1, 7))
    for n in (1, 16, 256):
        done, took, cpu = out.timed(1, 1.5, lambda seconds: window(n, seconds, start, 8))
        out.value("THROUGHPUT", f"{n} in flight", done / took)
        out.value("THROUGHPUT_CPU", f"{n} in flight", cpu * 1e6 / done)


def payload(out):
    for name, size in (("1 KiB", 1 << 10), ("64 KiB", 1 << 16), ("1 MiB", 1 << 20), ("64 MiB", 1 << 26)):
        tensor = torch.zeros(size, dtype=torch.uint8)
        call = lambda: check(rpc.rpc_sync("server", take, args=(tensor,)), size)
        done, took, cpu = out.timed(0.7, 1.2, lambda seconds: one_by_one(call, seconds))
        mebibytes = done * size / (1 << 20)
        out.value("PAYLOAD", name, mebibytes / took)
        out.value("PAYLOAD_CPU", name, cpu * 1e6 / mebibytes)


def one_object():
    ref = rpc.remote("server", Counter)
    check(ref.rpc_sync().add(1), 1)


def object_later():
    ref = rpc.remote("server", Counter)
    return rpc.rpc_async("server", add_to, args=(ref, 1))


def objects(out):
    for n in (1, 64):
        def run(seconds):
            if n == 1:
                done = one_by_one(one_object, seconds)
            else:
                done = window(n, seconds, object_later, 1)
            while rpc.rpc_sync("server", count_live) > 0:
                time.sleep(0.0001)
            return done

        done, took, cpu = out.timed(1, 1.5, run)
        out.value("OBJECTS", f"{n} in flight", done / took)
        out.value("OBJECTS_CPU", f"{n} in flight", cpu * 1e6 / done)


WORKLOADS = {
    "latency": lambda out: latency(
        out, "LATENCY", lambda: check(rpc.rpc_sync("server", add, args=(1, 7)), 8)),
    "held": held,
    "throughput": throughput,
    "payload": payload,
    "objects": objects,
}


def serve():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    print("READY", port, flush=True)
    join("server", 0, port)
    sys.stdin.read()
    os._exit(0)


def measure(port, server_pid, scale, names):
    join("client", 1, port)
    out = Measuring(int(server_pid), float(scale))
    for name in names.split(","):
        WORKLOADS[name](out)
    print("DONE", flush=True)
    os._exit(0)


if sys.argv[1] == "server":
    serve()
else:
    measure(*sys.argv[3:])
