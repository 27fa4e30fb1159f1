"""The schema of a run: every setting once, with its default, unit, range and a sentence.

These dataclasses are Hydra's structured configs; ``validate.py`` makes pydantic models from the same fields, because OmegaConf has neither ranges
nor closed structures. A cost of the machine has the name of its field in ``goruntime.state.Params``.
"""

from dataclasses import dataclass, field
from typing import Any

INT32_MAX = 2**31 - 1
STRATEGIES = ("none", "realistic", "random", "pct", "forced")
"""``goruntime.state.Strategy``."""


def setting(default: Any, doc: str, unit: str = "", **limits: float) -> Any:
    """Declares a setting: its default (or the type that makes it), one sentence, its unit, and the limits ``ge``, ``gt``, ``le``, ``lt``."""
    metadata = {"doc": doc, "unit": unit, "limits": limits}
    return field(default_factory=default, metadata=metadata) if isinstance(default, type) else field(default=default, metadata=metadata)


def cost(default: int, doc: str, unit: str = "ns") -> Any:
    """Declares a cost of the machine: an integer from 0 to a second."""
    return setting(default, doc, unit, ge=0, le=10**9 if unit == "ns" else INT32_MAX)


def kind(doc: str) -> Any:
    """Declares the cost of a kind of local instruction."""
    return setting(None, f"{doc}; none: local_ps", "ps", ge=0, le=INT32_MAX)


@dataclass
class Latency:
    """A distribution of delays, given by measured quantiles; between them it is interpolated, monotonically. All 0: no delay."""

    p0: int = cost(0, "least")
    p10: int = cost(0, "10 % quantile")
    p50: int = cost(0, "median")
    p90: int = cost(0, "90 % quantile")
    p99: int = cost(0, "99 % quantile")
    max: int = cost(0, "greatest")


@dataclass
class Machine:
    """The machine that a world runs on: processors and what the runtime's actions cost."""

    name: str = setting("zero", "name of the table")
    measured: bool = setting(True, "whether the costs come from measurements on such a machine")
    calibrated: str = setting("", "host, Go version and date of gpusched calibrate, which made the table; empty: made by hand")
    num_cpu: int = setting(1, "hardware threads: runtime.NumCPU()", ge=1, le=1024)
    gomaxprocs: int | None = setting(None, "number of Ps; none: num_cpu", ge=1, le=1024)
    schedtick: int = setting(1, "schedtick of the first P when main begins; each 61st turn looks at the global queue first", ge=0, le=INT32_MAX)
    max_threads: int = setting(10000, "limit of threads: debug.SetMaxThreads", ge=1, le=100000)
    exact_timers: bool = setting(True, "timers without the millisecond granularity of the poller")
    wake: Latency = setting(Latency, "from a futex wake to the thread running")
    slack: Latency = setting(Latency, "how late a sleeping thread wakes: usleep, sysmon, epoll")
    jitter: Latency = setting(Latency, "explore.strategy=realistic: what an operation takes, in thousandths of its cost; all 0: exactly its cost")
    load: Latency = setting(Latency, "explore.strategy=realistic: for how long other load pauses a thread")
    load_every: int = cost(0, "explore.strategy=realistic: mean time between two pauses of a thread; 0: none")
    displace: int = setting(0, "explore.strategy=realistic: of 1000 threads that are woken so many take their waker's processor", ge=0, le=1000)
    here: Latency = setting(Latency, "explore.strategy=realistic: from the wake to such a thread running")
    away: Latency = setting(Latency, "explore.strategy=realistic: how long its waker then waits for a processor")
    parked: int = setting(0, "threads that are parked when main begins, GOMAXPROCS at most: the runtime started goroutines of its own", ge=0, le=100)
    local_ps: int = cost(0, "a local instruction of no kind below", "ps")
    move_ps: int | None = kind("a move, constant, jump, address of a field")
    arithmetic_ps: int | None = kind("an addition, logic, shift, comparison")
    multiply_ps: int | None = kind("a multiplication, float operation, division by a constant")
    divide_ps: int | None = kind("a division")
    load_ps: int | None = kind("a load")
    store_ps: int | None = kind("a store")
    index_ps: int | None = kind("an element's address, its index checked")
    branch_ps: int | None = kind("a conditional jump")
    mispredict_ps: int = cost(0, "a conditional jump that goes another way than foreseen, beyond that", "ps")
    copy_ps: int | None = setting(None, "an element of a copy; none: alloc_word_ps", "ps", ge=0, le=INT32_MAX)
    map_ps: int = cost(0, "an operation on a map, beyond its instructions", "ps")
    call_ps: int = cost(0, "a call, beyond its instruction", "ps")
    alloc_ps: int = cost(0, "an allocation, beyond its instruction", "ps")
    alloc_word_ps: int = cost(0, "each word of an allocation", "ps")
    newproc: int = cost(0, "a go statement")
    malg: int = cost(0, "a go statement that finds no dead goroutine to reuse, beyond newproc: fresh memory for descriptor and stack")
    first_run: int = cost(0, "such a goroutine's first run, beyond: no processor's caches have its memory's addresses yet")
    goexit: int = cost(0, "a goroutine's end")
    execute: int = cost(0, "schedule and execute of a goroutine found in the local queue")
    gopark: int = cost(0, "parking a goroutine")
    goready: int = cost(0, "readying a goroutine")
    gosched: int = cost(0, "runtime.Gosched")
    chan_op: int = cost(0, "a channel operation without park or ready")
    select_case: int = cost(0, "each case of a select, before and after the park")
    sema_op: int = cost(0, "an operation on a semaphore")
    atomic_op: int = cost(0, "an atomic operation")
    nanotime: int = cost(0, "reading the clock")
    timer_op: int = cost(0, "adding, stopping, resetting, running a timer")
    output: int = cost(0, "an output event")
    syscall: int = cost(0, "entersyscall and exitsyscall")
    steal_look: int = cost(0, "a look at one victim")
    idle_work: int = cost(0, "releasing a P and the re-check")
    sched_lock: int = cost(0, "time that sched.lock is held")
    transfer: int = cost(0, "sched.lock, a goroutine, a channel or an atomic word that another P had last: its cache lines come from another processor")
    cold_1k: int = cost(0, "a goroutine that runs again after 1024 others, beyond: its descriptor and stack have left the nearest caches; 512 others: nothing")
    cold_2k: int = cost(0, "the same after 2048 others; between two of these numbers it is interpolated")
    cold_4k: int = cost(0, "the same after 4096 others")
    cold_8k: int = cost(0, "the same after 8192 others")
    cold_16k: int = cost(0, "the same after 16,384 others")
    cold_32k: int = cost(0, "the same after 32,768 others")
    cold_64k: int = cost(0, "the same after 65,536 others or more; 0: all these, first_run, and transfer of goroutines count nothing")
    cold_first: int = setting(
        0,
        "thousandths of that which who readies it, or takes it off the global queue with sched.lock held, pays for a first line; a channel has no more",
        ge=0,
        le=1000,
    )
    chill: int = cost(0, "runtime operations after a P computed or idled for long, beyond their costs: its caches have lost the runtime's code and data")
    chill_half: int = cost(1_000_000, "after computing for so long they take half of it")
    chill_spread: Latency = setting(
        Latency, "by how many thousandths it is taken each time that a P computed or idled for 50 us or longer; all 0: as it stands"
    )
    chan_lock: int = cost(0, "time that a channel's lock is held")
    spin: int = cost(0, "30 PAUSE instructions")
    new_thread: int = cost(0, "creating a thread: clone")
    preempt: int = cost(0, "a preemption signal and asyncPreempt")
    handoff: int = cost(0, "handing a P off")
    futexwakeup: int = cost(0, "waking a thread where a processor idles, of the waker's time: the interrupt that is sent there")
    io: int = cost(0, "a wait for I/O, beyond parking and polling: the system calls before and after it, and the interrupt")
    netpoll: int = cost(0, "a poll")
    cpus: int = setting(0, "hardware threads that run Ms; 0: one for every M, or num_cpu where there is a quota", ge=0, le=1024)
    cpu_slice: int = setting(3_000_000, "time for which a thread keeps its hardware thread: /sys/kernel/debug/sched/base_slice_ns", "ns", ge=1000, le=10**9)
    cpu_tick: int = cost(0, "tick of the kernel's clock, at which turns and quota end; 0: they end at any time")
    cpu_wakeup: int = setting(0, "of 1000 threads that wake while all hardware threads are taken so many take one at once", ge=0, le=1000)
    cpu_scan: int = setting(
        855, "thousandths of the hardware threads' time in use from which on the kernel looks for no free one when a thread wakes", ge=0, le=1000
    )
    cpu_pack: int = cost(
        0,
        "of threads that one on their own last hardware thread wakes, so many stay there though another one is free: half after sleeping for so long; "
        "0: none; needs cpu_tick",
    )
    cpu_switch: int = cost(0, "from the wake to such a thread running there, if it ran less than its waker")
    quota_us: int = setting(0, "quota of the cgroup, cpu.cfs_quota_us; 0: none", "us", ge=0, le=10**9)
    period_us: int = setting(100_000, "its period, cpu.cfs_period_us", "us", ge=1000, le=10**6)
    quota_slice_us: int = setting(5000, "quota that a hardware thread takes at a time: sched_cfs_bandwidth_slice_us", "us", ge=1, le=10**6)
    quota_phase_us: int | None = setting(None, "a period begins so long after the program; none: drawn for each world", "us", ge=0, le=10**6)


@dataclass
class Policy:
    """The scheduler's policy."""

    name: str = setting("go127", "name of the policy")
    sysmon: bool = setting(True, "whether sysmon runs: retakes Ps from system calls and preempts long slices")


@dataclass
class Workload:
    """The Go program."""

    name: str = setting("", "name of a shipped workload, or the path of a Go package")
    const: dict[str, Any] = setting(dict, "package-level constants and variables to override")
    on_refused: str = setting("refuse", "refuse: what cannot be simulated is an error at once; trap: it ends the world that reaches it")


@dataclass
class Limits:
    """Where a world ends that does not end by itself."""

    horizon_s: float = setting(3600.0, "simulated time", "s", gt=0, le=4e9)
    max_actions: int = setting(10**12, "actions", ge=1, le=10**18)
    memory_words: int = setting(2**27, "memory of the simulated program's objects", "words of 8 bytes", ge=1024, le=2**28 - 2**16)
    output_events: int = setting(10**6, "calls that print beyond output_words: the last of them ends the world", ge=1, le=10**18)
    output_words: int = setting(4096, "output of the program that is recorded", "words of 8 bytes", ge=0, le=2**20)


@dataclass
class Engine:
    """What executes the worlds."""

    name: str = setting("warp", "engine")
    device: str = setting("auto", "auto, cpu, or cuda:N")
    threads: int = setting(0, "threads on the CPU; 0: one a core", ge=0, le=1024)
    chunk_actions: int = setting(0, "most actions of a world between two looks of the driver; 0: about half a second", ge=0, le=2**31 - 1)
    debug: bool = setting(False, "check the state of the simulated runtime after each action; a world that breaks an invariant ends and says which; slow")


@dataclass
class Results:
    """What goes into the file."""

    file: str = setting("results.h5", "name of the file in the run's directory")
    leak_worlds: int = setting(2, "worlds of each point whose leaked goroutines are sought, from the first replica on; 0: none", ge=0, le=10**6)
    output_worlds: int = setting(2, "worlds of each point whose printed output is stored, from the first replica on", ge=0, le=1000)


@dataclass
class Explore:
    """How schedules are explored: what decides where a schedule may go in more than one way, and when to stop."""

    strategy: str = setting("none", "none, realistic, random, pct or forced")
    test: str = setting("", "explore this test function of the package instead of its main")
    schedules: int = setting(1000, "most schedules", ge=1, le=2**32 - 1)
    quiet: int = setting(0, "stop when so many schedules brought no new outcome; 0: never", ge=0)
    until: str = setting("", "bug: stop at the first bad outcome")
    trace: int | None = setting(None, "tell this schedule as a story instead", ge=0, le=2**32 - 1)
    depth: int = setting(3, "pct: depth of the bugs that it is made for, one more than its change points", ge=1, le=9)
    steps: int = setting(0, "pct: steps among which the change points are drawn; 0: as many as the longest of the first schedules took", ge=0, le=2**30)
    slowest: int = setting(2**20, "random, pct: greatest pace of a schedule; an action takes up to twice its pace longer", "ns", ge=1, le=2**30)
    switches: list[Any] = setting(list, "forced: pairs of a choice's number and the candidate that it takes: goroutine, timer, or case of a select")
    shrink: int = setting(4, "greatest number of forced switches with which a smallest schedule is sought; 0: none is sought", ge=0, le=8)
    batch: int = setting(0, "schedules at once; 0: as many as are good for the device", ge=0, le=10**7)


@dataclass
class Compare:
    """How the model is held against the real runtime."""

    runs: int = setting(5, "undisturbed real runs of each point, and worlds of the model with the same draws", ge=1, le=1000)
    tries: int = setting(10, "real runs at most for each that is wanted, where others disturb them", ge=1, le=100)
    limit_s: float = setting(120.0, "after so long a real run is killed", "s", gt=0, le=86400)
    gogc: str = setting("off", "GOGC of the real runs; the model has no garbage collector")
    draws: int = setting(200, "resamplings of the bootstrap", ge=10, le=10**6)
    page: str = setting("", "file of Markdown that the table is written to")
    code: bool = setting(False, "print what the time of code consists of, by function and kind of instruction, and which kinds its error is of")
    fit_code: bool = setting(False, "scale the code of each function by its CPU profile of the real program, and say so")
    also: list[str] = setting(list, "more packages for the same table")
    calibrate: bool = setting(False, "measure the operations of gpusched calibrate between the real runs, and give the model the machine that fits them")
    shares: int = setting(0, "cpu.shares of the real runs' cgroup, so that other processes disturb them less (as root); 0: no cgroup", ge=0, le=262144)
    trace: bool = setting(False, "one more real run of each point with Go's execution tracer on, for go tool trace: WORKLOAD-POINT.trace")
    host: bool = setting(False, "the page is that of hardware threads and quotas: docs/host.md")
    causes: str = setting("", "file of Markdown that the page ends with, such as what is known of the rows outside")
    overhead: bool = setting(False, "measure instead what the recording costs: the program as go build makes it, and on the recorder's runtime, in turn")


@dataclass
class Config:
    """A run: one experiment, one HDF5 file."""

    title: str = setting("", "what the run asks, for people")
    seed: int = setting(0, "seed of all draws", ge=0, le=2**64 - 1)
    replicas: int = setting(1, "worlds of each point, with different draws", ge=1, le=10**7)
    sweep: dict[str, Any] = setting(dict, "settings by their config path, each with a list of values; their product makes the points")
    workload: Workload = setting(Workload, "the Go program")
    machine: Machine = setting(Machine, "the machine")
    policy: Policy = setting(Policy, "the scheduler's policy")
    limits: Limits = setting(Limits, "where worlds end")
    explore: Explore = setting(Explore, "how schedules are explored")
    compare: Compare = setting(Compare, "how the model is held against the real runtime")
    engine: Engine = setting(Engine, "what executes the worlds")
    results: Results = setting(Results, "what goes into the file")
