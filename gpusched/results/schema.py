"""What a results file holds, once: the writer writes these, the reader checks them, docs/results.md is made from them."""

from dataclasses import dataclass

FORMAT = "gpusched-results"
VERSION = 1


@dataclass(frozen=True)
class Attribute:
    """An attribute of the root."""

    name: str
    kind: str
    doc: str


@dataclass(frozen=True)
class Variable:
    """A dataset: its group ("" is the root), name, dimensions, element type, unit, and what it holds."""

    group: str
    name: str
    dims: tuple[str, ...]
    kind: str
    units: str
    doc: str

    @property
    def path(self) -> str:
        """Its path in the file."""
        return f"{self.group}/{self.name}".lstrip("/")


ATTRIBUTES = (
    Attribute("format", "string", f"always {FORMAT!r}"),
    Attribute("format_version", "int", f"{VERSION}; a reader refuses a greater one"),
    Attribute("complete", "int", "1: every world ended by itself or at its limits"),
    Attribute("title", "string", "what the run asked"),
    Attribute("created", "string", "date and time, UTC"),
    Attribute("config", "string", "the resolved config as YAML"),
    Attribute("config_hash", "string", "SHA-256 of it as canonical JSON, without what cannot change results (engine, results, title)"),
    Attribute("overrides", "string", "the command line's overrides, one a line"),
    Attribute("workload", "string", "name or path of the workload"),
    Attribute("package", "string", "import path of its Go package"),
    Attribute("program_hash", "string", "SHA-256 of the compiled program, its quantile tables included; of the programs' hashes where points need several"),
    Attribute("seed", "string", "seed of all draws"),
    Attribute("go", "string", "release of the Go toolchain whose library was compiled"),
    Attribute("gpusched", "string", "version of gpusched"),
    Attribute("commit", "string", "commit of the checkout, with + where it had changes; empty outside one"),
    Attribute("python", "string", "version of Python"),
    Attribute("jax", "string", "version of JAX"),
    Attribute("warp", "string", "version of Warp"),
    Attribute("numpy", "string", "version of NumPy"),
    Attribute("device", "string", "what the worlds ran on"),
    Attribute(
        "warnings", "string", "where the machine does not stand for the host of the run or for what was calibrated, and what compare scaled, a line each"
    ),
    Attribute("host", "string", "operating system and processor"),
    Attribute("actions", "int", "actions of all worlds"),
    Attribute("run_seconds", "float", "wall time from the first advance to the last world's end, growth and statistics included, compilation not"),
    Attribute("compile_seconds", "float", "wall time of compiling the workload and building the kernel"),
    Attribute("growths", "string", "capacities that were doubled while it ran, in order"),
    Attribute("bytes_per_world", "int", "memory of a world's tables at the end"),
    Attribute("bytes_per_goroutine", "int", "memory of a parked goroutine: its row, its wait-queue entry and its frames"),
)

_COUNTS = "bucket b counts values from bucket_lower_ns[b] up to bucket_upper_ns[b], exclusive"
_HISTOGRAM = (
    ("counts", ("bucket",), "uint64", "1", f"{{}}; worlds that failed are left out; {_COUNTS}"),
    ("count", (), "uint64", "1", "number of values"),
    ("total_ns", (), "int64", "ns", "sum of the values"),
    ("least_ns", (), "int64", "ns", "least value"),
    ("most_ns", (), "int64", "ns", "greatest value"),
    ("quantiles_ns", ("quantile",), "float64", "ns", "quantiles of the counts, linear within a bucket"),
    ("failed_counts", ("bucket",), "uint64", "1", "counts of the worlds that failed"),
    ("failed_count", (), "uint64", "1", "number of values in worlds that failed"),
)


def _histograms(group: str, dims: tuple[str, ...], doc: str) -> tuple[Variable, ...]:
    """Declares a family of histograms: merged by point, and the quantiles of each world."""
    merged = tuple(Variable(group, name, ("point", *dims, *more), kind, units, text.format(doc)) for name, more, kind, units, text in _HISTOGRAM)
    world = Variable(group, "world_quantiles_ns", ("world", *dims, "quantile"), "float32", "ns", "quantiles of each world alone, for intervals over replicas")
    return (*merged, world)


_FINALS = (
    ("actions", "int64", "1", "actions performed; retries at busy locks and sysmon's looks are not counted"),
    ("time_ns", "int64", "ns", "simulated time at which it ended"),
    ("goroutines_created", "int64", "1", "goroutines started, main's included"),
    ("goroutines_peak", "int32", "1", "most goroutines alive at a time"),
    ("goroutines_alive", "int32", "1", "goroutines alive at the end"),
    ("threads", "int32", "1", "threads created"),
    ("steals", "int32", "1", "successful steals from another P"),
    ("retakes", "int32", "1", "Ps that sysmon took from system calls"),
    ("preemptions", "int32", "1", "goroutines preempted"),
    ("handoffs", "int32", "1", "Ps handed off"),
    ("wakeups", "int32", "1", "threads woken"),
    ("collections", "int64", "1", "runs of the simulator's own collector; costs no simulated time"),
    ("code_ps", "int64", "ps", "time of local instructions, calls, allocations and copies, all goroutines together"),
    ("exit_code", "int32", "1", "argument of os.Exit"),
    ("latency_total_ns", "int64", "ns", "sum of all waits in runnable"),
    ("cpu_ns", "int64", "ns", "time that threads had hardware threads; 0 with machine.cpus=0"),
    ("cpu_periods", "int32", "1", "periods of the quota: nr_periods of cpu.stat"),
    ("cpu_throttled_periods", "int32", "1", "periods at whose end a hardware thread stood: nr_throttled"),
    ("cpu_throttled_ns", "int64", "ns", "time that hardware threads stood: throttled_time"),
)

_REAL = (
    Variable("real", "run", ("run",), "int64", "1", "number of the real run; those of a point without recorded lifetimes first"),
    Variable("real", "run_point", ("run",), "int32", "1", "its sweep point"),
    Variable("real", "run_replica", ("run",), "int64", "1", "its replica: it has the draws of the model's world of that replica"),
    Variable("real", "run_recorded", ("run",), "int8", "1", "1: it recorded lifetimes, switches and steals; the others give makespan, threads, observations"),
    Variable("real", "run_undisturbed", ("run",), "int8", "1", "1: it counts for the comparison; 0: others disturbed it"),
    Variable("real", "run_others", ("run",), "float64", "1", "share of the host's processors that others used meanwhile"),
    Variable("real", "run_time_ns", ("run",), "int64", "ns", "time from main's begin to its end: makespan"),
    Variable("real", "run_cpu_ns", ("run",), "int64", "ns", "processor time of main; with recorded lifetimes 3 ms more"),
    Variable("real", "run_threads", ("run",), "int32", "1", "threads created"),
    Variable("real", "run_switches", ("run",), "int64", "1", "times that a goroutine began to run; 0 where nothing is recorded"),
    Variable("real", "run_steals", ("run",), "int64", "1", "successful steals from another P; 0 where nothing is recorded"),
    Variable("real", "run_lost", ("run",), "int64", "1", "goroutines that are in no lifetime, as they start with more than 64 functions"),
    Variable("real", "run_throttled_ns", ("run",), "int64", "ns", "throttled_time of its cgroup; 0 without a quota"),
    Variable("real", "run_throttled_periods", ("run",), "int64", "1", "nr_throttled of its cgroup; 0 without a quota"),
    Variable("real", "run_periods", ("run",), "int64", "1", "nr_periods of its cgroup; 0 without a quota"),
    Variable("real", "lifetimes_counts", ("run", "bucket"), "uint64", "1", f"goroutine lifetimes, the program's functions together; {_COUNTS}"),
    Variable("real", "go_bucket", ("go_bucket",), "int64", "1", "number of a bucket of Go's time histogram"),
    Variable("real", "go_bucket_lower_s", ("go_bucket",), "float64", "s", "least value of it; -inf for the first"),
    Variable("real", "go_bucket_upper_s", ("go_bucket",), "float64", "s", "least value above it; inf for the last"),
    Variable("real", "latency_counts", ("run", "go_bucket"), "uint64", "1", "/sched/latencies:seconds: waits of one goroutine in eight"),
    Variable("real", "model_latency_counts", ("point", "go_bucket"), "uint64", "1", "the model's scheduling latencies of all goroutines in the same buckets"),
    Variable("real", "observation", ("observation",), "string", "", "name given to work.Histogram"),
    Variable("real", "observations_counts", ("run", "observation", "bucket"), "uint64", "1", f"what the workload recorded; {_COUNTS}"),
    Variable("real", "observations_total", ("run", "observation"), "int64", "ns", "sum of it; of names that end in _count or _permille in that unit"),
    Variable("real", "metric", ("metric",), "string", "", "name of a metric of runtime/metrics that is a number, its unit after the colon"),
    Variable("real", "metric_before", ("run", "metric"), "float64", "", "its value when main began, in the metric's unit"),
    Variable("real", "metric_after", ("run", "metric"), "float64", "", "its value when main ended, in the metric's unit"),
)
_FIGURES = "in ns where the figure's name ends in _ns, in 1/s where it ends in _per_s, else a number; NaN where the point has none"
_COMPARISON = (
    Variable("comparison", "kind", ("point",), "string", "", "cpu, runtime or code: which thresholds hold"),
    Variable("comparison", "verdict", ("point",), "string", "", "what is within its threshold, what outside, or why there is no verdict"),
    Variable("comparison", "cpu_share", ("point",), "float64", "1", "share of work.CPU in main's processor time of the real runs"),
    Variable("comparison", "undisturbed", ("point",), "int32", "1", "undisturbed real runs: of those with and those without recorded lifetimes the fewer"),
    Variable("comparison", "figure", ("figure",), "string", "", "name of a figure"),
    Variable("comparison", "figure_model", ("point", "figure"), "float64", "", f"the model's, {_FIGURES}"),
    Variable("comparison", "figure_real", ("point", "figure"), "float64", "", f"median of the real runs, {_FIGURES}"),
    Variable("comparison", "figure_least", ("point", "figure"), "float64", "", f"least of the real runs, {_FIGURES}"),
    Variable("comparison", "figure_most", ("point", "figure"), "float64", "", f"greatest of the real runs, {_FIGURES}"),
    Variable("comparison", "distance", ("distance",), "string", "", "distribution, then ks, wasserstein (in means of the real one), or ratio of a quantile"),
    Variable("comparison", "distance_value", ("point", "distance"), "float64", "1", "the model against all real runs together; NaN where the point has none"),
    Variable("comparison", "distance_low", ("point", "distance"), "float64", "1", "2.5 % quantile of it over resampled real runs"),
    Variable("comparison", "distance_high", ("point", "distance"), "float64", "1", "97.5 % quantile of it over resampled real runs"),
)

VARIABLES = (
    Variable("", "point", ("point",), "int64", "1", "number of the sweep point"),
    Variable("", "world", ("world",), "int64", "1", "number of the world: point * replicas + replica"),
    Variable("", "bucket", ("bucket",), "int64", "1", "number of the histogram bucket"),
    Variable("", "quantile", ("quantile",), "float64", "1", "quantile"),
    Variable("", "bucket_lower_ns", ("bucket",), "int64", "ns", "least value of the bucket"),
    Variable("", "bucket_upper_ns", ("bucket",), "int64", "ns", "least value above the bucket; the last one's is formal"),
    Variable("", "status", ("status",), "string", "", "how a world can end"),
    Variable("points", "label", ("point",), "string", "", "the swept values in a line"),
    Variable("points", "program_hash", ("point",), "string", "", "SHA-256 of the point's program; constants that size an array are compiled into it"),
    Variable("points", "worlds", ("point", "status"), "int64", "1", "worlds of the point that ended so"),
    Variable("points", "actions", ("point",), "int64", "1", "actions of the point's worlds"),
    Variable("worlds", "point_of_world", ("world",), "int32", "1", "its sweep point"),
    Variable("worlds", "replica", ("world",), "int64", "1", "its replica"),
    Variable("worlds", "status_of_world", ("world",), "int32", "1", "how it ended: index into status"),
    Variable("worlds", "failed", ("world",), "int8", "1", "1: it ended otherwise than by returning, os.Exit(0) or at the horizon"),
    Variable("worlds", "message", ("world",), "string", "", "how it ended, in Go's words; empty where main returned"),
    *(Variable("worlds", name, ("world",), kind, units, doc) for name, kind, units, doc in _FINALS),
    Variable("lifetimes", "function", ("function",), "string", "", "function that the goroutines were started with"),
    *_histograms("lifetimes", ("function",), "goroutine lifetimes from the go statement to the end, of goroutines that ended"),
    Variable("lifetimes", "alive", ("point", "function"), "int64", "1", "goroutines still alive at the end; they are in no lifetime"),
    *_histograms("latency", (), "scheduling latencies: each wait from runnable to running"),
    Variable("observations", "histogram", ("histogram",), "string", "", "name given to work.Histogram"),
    *_histograms("observations", ("histogram",), "what the workload recorded"),
    Variable("goroutines", "entry", ("entry",), "int64", "1", "number of the entry"),
    Variable("goroutines", "goroutine_point", ("entry",), "int32", "1", "sweep point of the goroutines alive at the end that this entry counts"),
    Variable("goroutines", "goroutine_failed", ("entry",), "int8", "1", "1: counted in worlds that failed"),
    Variable("goroutines", "goroutine_function", ("entry",), "string", "", "function that they were started with"),
    Variable("goroutines", "goroutine_line", ("entry",), "string", "", "file:line at which they stand"),
    Variable("goroutines", "goroutine_reason", ("entry",), "string", "", "Go's wait reason, or runnable, running, syscall"),
    Variable("goroutines", "goroutine_count", ("entry",), "int64", "1", "how many"),
    Variable("leaks", "leak", ("leak",), "int64", "1", "number of the leaked goroutine; of the first results.leak_worlds replicas of each point"),
    Variable("leaks", "leak_world", ("leak",), "int64", "1", "its world; as that stood at its end, or where its limit stopped it"),
    Variable("leaks", "leak_goid", ("leak",), "int64", "1", "its goid"),
    Variable("leaks", "leak_function", ("leak",), "string", "", "function that it was started with"),
    Variable("leaks", "leak_line", ("leak",), "string", "", "file:line at which it stands, in the user's code"),
    Variable("leaks", "leak_reason", ("leak",), "string", "", "Go's wait reason"),
    Variable("leaks", "leak_object", ("leak",), "string", "", "kinds of what it waits on: chan and element, or the type of the object that holds the lock"),
    Variable("leaks", "leak_object_number", ("leak",), "int64", "1", "allocation number of the first of them; 0: none, or a package variable"),
    Variable("leaks", "leak_creator", ("leak",), "string", "", "function with its go statement"),
    Variable("leaks", "leak_created", ("leak",), "string", "", "file:line of its go statement"),
    Variable("output", "text_entry", ("text_entry",), "int64", "1", "number of the text"),
    Variable("output", "output_world", ("text_entry",), "int64", "1", "world that printed"),
    Variable("output", "output_text", ("text_entry",), "string", "", "what it printed, standard output and standard error in order"),
    Variable("output", "output_dropped", ("text_entry",), "int64", "1", "output events beyond limits.output_words"),
    *_REAL,
    *_COMPARISON,
)
"""Beside these, ``points`` holds a variable for each swept setting, named by its config path; ``real`` and ``comparison`` are those of ``gpusched compare``."""

QUANTILES = (0.5, 0.9, 0.99, 0.999)


def by_path() -> dict[str, Variable]:
    """Returns the variables by path."""
    return {variable.path: variable for variable in VARIABLES}


def document() -> str:
    """Returns docs/results.md."""
    lines = [
        "# The results file",
        "",
        f"HDF5, format `{FORMAT}` version {VERSION}. `gpusched.load(path)` checks both and returns an xarray DataTree;",
        "`xarray.open_datatree(path)` opens it too.",
        "It is written under a temporary name and renamed when whole. This page is made from `gpusched/results/schema.py`.",
        "",
        "## Attributes of the root",
        "",
        "| name | type | what |",
        "|---|---|---|",
        *(f"| `{a.name}` | {a.kind} | {a.doc} |" for a in ATTRIBUTES),
        "",
        "## Datasets",
        "",
        "Groups that would be empty are left out; `real` and `comparison` are written by `gpusched compare` alone.",
        "",
        "| path | dimensions | type | units | what |",
        "|---|---|---|---|---|",
        *(f"| `{v.path}` | {', '.join(v.dims)} | {v.kind} | {v.units} | {v.doc} |" for v in VARIABLES),
        "| `points/<config path>` | point | int64, float64 or string | | the value of a swept setting |",
    ]
    return "\n".join(lines) + "\n"
