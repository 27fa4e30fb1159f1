"""Cold builds of the kernel, each in a fresh process with an empty cache: seconds and peak memory, on the CPU and ahead of time for sm_90."""

import json
import resource
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measure import Figure, record

REGISTERS, FRAME, STACK = 0x2F, 0x11, 0x23
"""Attributes of a cubin's .nv.info sections: EIATTR_REGCOUNT, EIATTR_FRAME_SIZE, EIATTR_MAX_STACK_SIZE."""
INFO = 0x70000000
"""Section type of .nv.info: SHT_CUDA_INFO."""


def build(target: str, directory: str) -> None:
    """Builds the kernel for ``cpu`` or ``sm_90`` into a directory and prints what that took, as JSON; peak memory is the process's."""
    import warp as wp

    wp.config.log_level = wp.LOG_ERROR
    wp.config.kernel_cache_dir = directory
    wp.init()
    from gpusched.goruntime import kernel

    start, processor = time.perf_counter(), time.process_time()
    if target == "cpu":
        wp.load_module(kernel, device="cpu")
    else:
        wp.compile_aot_module(kernel, arch=90, module_dir=directory, use_ptx=False)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    said = {"seconds": time.perf_counter() - start, "cpu_seconds": time.process_time() - processor, "peak_gb": usage.ru_maxrss * 1024 / 1e9}
    cubins = [path for path in Path(directory).rglob("*.cubin")]
    print(json.dumps(said | (resources(cubins[0].read_bytes()) if cubins else {})))


def cold(target: str) -> dict[str, float]:
    """Builds in a fresh process with an empty cache."""
    with tempfile.TemporaryDirectory() as directory:
        done = subprocess.run([sys.executable, "-m", "benchmarks.build", target, directory], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def resources(cubin: bytes) -> dict[str, int]:
    """Reads from a cubin (ELF64) the most registers, the largest frame and the deepest stack of its functions, and its bytes of code."""
    (table,) = struct.unpack_from("<Q", cubin, 0x28)
    size, count = struct.unpack_from("<HH", cubin, 0x3A)
    most = {REGISTERS: 0, FRAME: 0, STACK: 0}
    code = 0
    for i in range(count):
        _, kind, flags, _, offset, length = struct.unpack_from("<IIQQQQ", cubin, table + i * size)
        if kind == INFO:
            for attribute, value in attributes(cubin[offset : offset + length]):
                if attribute in most:
                    most[attribute] = max(most[attribute], value & 0xFFFFFF if attribute == REGISTERS else value)
        elif kind == 1 and flags & 4:
            code += length
    return {"registers": most[REGISTERS], "frame": most[FRAME], "stack": most[STACK], "code": code}


def attributes(info: bytes) -> list[tuple[int, int]]:
    """Returns (attribute, value) of the entries of a .nv.info section whose payload is a symbol and a value."""
    found, at = [], 0
    while at + 4 <= len(info):
        form, attribute, length = struct.unpack_from("<BBH", info, at)
        at += 4
        if form == 4:
            if length == 8:
                found.append((attribute, struct.unpack_from("<I", info, at + 4)[0]))
            at += length
    return found


def main() -> None:
    """Measures, prints, records."""
    cpu, gpu = cold("cpu"), cold("sm_90")
    figures = [
        Figure("CPU", cpu["seconds"], "s", 60, at_most=True),
        Figure("CPU, processor time", cpu["cpu_seconds"], "s"),
        Figure("CPU, peak memory", cpu["peak_gb"], "GB", 4, at_most=True),
        Figure("sm_90", gpu["seconds"], "s", 120, at_most=True),
        Figure("sm_90, processor time", gpu["cpu_seconds"], "s"),
        Figure("sm_90, peak memory", gpu["peak_gb"], "GB", 4, at_most=True),
    ]
    units = {"registers": "of 255 a thread", "frame": "bytes", "stack": "bytes a thread", "code": "bytes"}
    figures += [Figure(f"sm_90, {name}", gpu[name], unit) for name, unit in units.items() if name in gpu]
    record("build", figures, notes=["Fresh process, empty cache; peak memory is the whole process's. sm_90: ahead of time, no GPU; figures from the cubin."])


if __name__ == "__main__":
    if len(sys.argv) == 3:
        build(sys.argv[1], sys.argv[2])
    else:
        main()
