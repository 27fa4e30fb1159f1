"""Functions that the model makes itself: by Go name, the native and the shape of its arguments."""

from __future__ import annotations

from dataclasses import dataclass

from gpusched.goruntime.state import PanicKind, WaitReason
from gpusched.machine.opcodes import CleanupOp, Ext, Native, SynctestOp


@dataclass(frozen=True)
class Const:
    """A word that the native takes and Go's call does not have."""

    word: int


@dataclass(frozen=True)
class Shape:
    """A native and its words: an int is all words of that argument, a Const a word of its own."""

    native: Native
    words: tuple[int | Const, ...]

    @property
    def local(self) -> bool:
        """Whether it is executed by NATIVE (else by SYS)."""
        return self.native < 64


def _acquire(reason: WaitReason, lifo: int | Const) -> Shape:
    return Shape(Native.SEMACQUIRE, (0, Const(int(reason)), lifo, Const(0)))


def _atomics() -> dict[str, Shape]:
    widths = {"Int32": Ext.S32, "Uint32": Ext.U32, "Int64": 0, "Uint64": 0, "Uintptr": 0, "Pointer": 0}
    table = {}
    for name, ext in widths.items():
        width = Const(int(ext))
        table["Load" + name] = Shape(Native.ATOMIC_LOAD, (0, width))
        table["Store" + name] = Shape(Native.ATOMIC_STORE, (0, width, 1))
        table["Swap" + name] = Shape(Native.ATOMIC_SWAP, (0, width, 1))
        table["CompareAndSwap" + name] = Shape(Native.ATOMIC_CAS, (0, width, 1, 2))
        if name != "Pointer":
            table["Add" + name] = Shape(Native.ATOMIC_ADD, (0, width, 1))
            table["And" + name] = Shape(Native.ATOMIC_AND, (0, width, 1))
            table["Or" + name] = Shape(Native.ATOMIC_OR, (0, width, 1))
    return {"sync/atomic." + name: shape for name, shape in table.items()}


def _synctest() -> dict[str, Shape]:
    takes = {"enter": 2, "fire": 1, "idle": 1, "next": 1, "total": 1, "wait": 1, "associate": 4, "disassociate": 2}
    table = {"internal/synctest." + op.name.lower(): (op, takes.get(op.name.lower(), 0)) for op in SynctestOp}
    return {name: Shape(Native.SYNCTEST, (Const(int(op)), *range(words))) for name, (op, words) in table.items()}


def _cleanups() -> dict[str, Shape]:
    takes = {CleanupOp.CHECK: 3, CleanupOp.ADD: 2, CleanupOp.STOP: 2}
    table = {f"runtime.simulated{op.name.capitalize()}Cleanup": (op, takes.get(op, 1)) for op in CleanupOp}
    return {name: Shape(Native.CLEANUP, (Const(int(op)), *range(words))) for name, (op, words) in table.items()}


SUPPORT = "gpusched/work/internal/runtime."
"""Package of the Go functions that stand for instructions on maps and strings."""

SHAPES: dict[str, Shape] = {
    **_atomics(),
    "(*sync/atomic.Value).Load": Shape(Native.ATOMIC_VALUE_LOAD, (0,)),
    "(*sync/atomic.Value).Store": Shape(Native.ATOMIC_VALUE_STORE, (0, 1)),
    "sync.runtime_Semacquire": _acquire(WaitReason.SEMACQUIRE, Const(0)),
    "sync.runtime_SemacquireWaitGroup": _acquire(WaitReason.WAITGROUP_WAIT, Const(0)),
    "sync.runtime_SemacquireRWMutexR": _acquire(WaitReason.RWMUTEX_RLOCK, 1),
    "sync.runtime_SemacquireRWMutex": _acquire(WaitReason.RWMUTEX_LOCK, 1),
    "internal/sync.runtime_SemacquireMutex": _acquire(WaitReason.MUTEX_LOCK, 1),
    "sync.runtime_Semrelease": Shape(Native.SEMRELEASE, (0, 1)),
    "internal/sync.runtime_Semrelease": Shape(Native.SEMRELEASE, (0, 1)),
    "sync.runtime_notifyListAdd": Shape(Native.NOTIFY_ADD, (0,)),
    "sync.runtime_notifyListWait": Shape(Native.NOTIFY_WAIT, (0, 1)),
    "sync.runtime_notifyListNotifyOne": Shape(Native.NOTIFY_ONE, (0,)),
    "sync.runtime_notifyListNotifyAll": Shape(Native.NOTIFY_ALL, (0,)),
    "iter.startcoro": Shape(Native.NEW_CORO, (0, 1)),
    "iter.coroswitch": Shape(Native.CORO_SWITCH, (0, Const(0))),
    "iter.coroexit": Shape(Native.CORO_SWITCH, (0, Const(1))),
    **_synctest(),
    **_cleanups(),
    "runtime.simulatedNanotime": Shape(Native.NANOTIME, ()),
    "internal/sync.runtime_canSpin": Shape(Native.CAN_SPIN, (0,)),
    "internal/sync.runtime_doSpin": Shape(Native.DO_SPIN, ()),
    "internal/sync.runtime_nanotime": Shape(Native.NANOTIME, ()),
    "internal/sync.throw": Shape(Native.THROW, (0,)),
    "internal/sync.fatal": Shape(Native.FATAL, (0,)),
    "sync.throw": Shape(Native.THROW, (0,)),
    "crypto/rand.fatal": Shape(Native.FATAL, (0,)),
    "sync.fatal": Shape(Native.FATAL, (0,)),
    "sync.runtime_procPin": Shape(Native.PROC_PIN, ()),
    "sync.runtime_procUnpin": Shape(Native.PROC_UNPIN, ()),
    "sync/atomic.runtime_procPin": Shape(Native.PROC_PIN, ()),
    "sync/atomic.runtime_procUnpin": Shape(Native.PROC_UNPIN, ()),
    "sync.runtime_randn": Shape(Native.RUNTIME_RANDN, (0,)),
    "internal/sync.runtime_rand": Shape(Native.RUNTIME_RAND, ()),
    "hash/maphash.runtime_rand": Shape(Native.WORK_RAND, ()),
    "crypto/internal/fips140/drbg.simulatedRand": Shape(Native.WORK_RAND, ()),
    "math/rand.runtime_rand": Shape(Native.WORK_RAND, ()),
    "math/rand/v2.runtime_rand": Shape(Native.WORK_RAND, ()),
    "internal/runtime/atomic.LoadAcquintptr": Shape(Native.LOAD_ACQUINT, (0,)),
    "internal/runtime/atomic.StoreReluintptr": Shape(Native.STORE_RELINT, (0, 1)),
    "time.Sleep": Shape(Native.SLEEP, (0,)),
    "time.stopTimer": Shape(Native.STOP_TIMER, (0,)),
    "time.resetTimer": Shape(Native.RESET_TIMER, (0, 1, 2)),
    "time.now": Shape(Native.TIME_NOW, ()),
    "time.runtimeNano": Shape(Native.NANOTIME, ()),
    "time.runtimeNow": Shape(Native.TIME_NOW, ()),
    "runtime.LockOSThread": Shape(Native.LOCK_THREAD, (Const(1),)),
    "runtime.UnlockOSThread": Shape(Native.LOCK_THREAD, (Const(-1),)),
    "runtime.Gosched": Shape(Native.GOSCHED, ()),
    "runtime.Goexit": Shape(Native.GOEXIT, ()),
    "runtime.NumGoroutine": Shape(Native.NUM_GOROUTINE, ()),
    "runtime.GOMAXPROCS": Shape(Native.GOMAXPROCS, (0,)),
    "runtime.NumCPU": Shape(Native.NUM_CPU, ()),
    "os.Exit": Shape(Native.EXIT, (0,)),
    "math.Sqrt": Shape(Native.SQRT, (0,)),
    "math.sqrt": Shape(Native.SQRT, (0,)),
    "math.Floor": Shape(Native.FLOOR, (0,)),
    "math.floor": Shape(Native.FLOOR, (0,)),
    "testing.addWord": Shape(Native.ADD_WORD, (0, 1)),
    "testing.callers": Shape(Native.CALLERS, (0, 1)),
    "runtime.simulatedCallers": Shape(Native.CALLERS, (0, 1)),
    "os/signal.wait": Shape(Native.SLEEP, (Const(1 << 62),)),
    "reflect.refuse": Shape(Native.REFUSE, (0,)),
    "runtime.simulatedGoid": Shape(Native.GOID, ()),
    "runtime.simulatedRefuse": Shape(Native.REFUSE, (0,)),
    "testing.refuse": Shape(Native.THROW, (0,)),
    "internal/testenv.refuse": Shape(Native.THROW, (0,)),
    "syscall.refuse": Shape(Native.THROW, (0,)),
    SUPPORT + "hash": Shape(Native.MAP_HASH, (0, 1, 2)),
    SUPPORT + "equal": Shape(Native.MAP_EQUAL, (0, 1, 2)),
    SUPPORT + "newarray": Shape(Native.NEW_ARRAY, (0, 1)),
    SUPPORT + "rand": Shape(Native.RUNTIME_RAND, ()),
    SUPPORT + "fatal": Shape(Native.FATAL, (0,)),
    SUPPORT + "panicnilmap": Shape(Native.RAISE, (Const(int(PanicKind.NIL_MAP)), Const(0), Const(0))),
    "reflect.allocate": Shape(Native.NEW_ARRAY, (0, 1)),
    "reflect.hash": Shape(Native.MAP_HASH, (0, 1, 2)),
    "gpusched/work.rand64": Shape(Native.WORK_RAND, ()),
    "gpusched/work.quantile": Shape(Native.QUANTILE, (0, 1)),
    "gpusched/work.uniform": Shape(Native.UNIFORM, (0,)),
    "gpusched/work.cpu": Shape(Native.WORK_CPU, (0,)),
    "gpusched/work.syscall": Shape(Native.WORK_SYSCALL, (0,)),
    "gpusched/work.io": Shape(Native.WORK_IO, (0,)),
    "gpusched/work.stack": Shape(Native.WORK_STACK, (0,)),
    "gpusched/work.alloc": Shape(Native.WORK_ALLOC, (0, 1)),
    "gpusched/work.record": Shape(Native.WORK_RECORD, (0, 1)),
    "gpusched/work.snapshot": Shape(Native.WORK_SNAPSHOT, (0,)),
}
"""Natives whose words are their arguments in order, with constants in between."""

BUBBLED: dict[str, Shape] = {
    "sync.runtime_SemacquireWaitGroup": Shape(Native.SEMACQUIRE, (0, Const(int(WaitReason.WAITGROUP_WAIT)), Const(0), 1)),
    "time.runtimeNano": Shape(Native.SYNCTEST, (Const(int(SynctestOp.NANO)),)),
    "time.runtimeNow": Shape(Native.SYNCTEST, (Const(int(SynctestOp.NOW)),)),
    "time.runtimeIsBubbled": Shape(Native.SYNCTEST, (Const(int(SynctestOp.BUBBLED)),)),
}
"""What stands for functions in a program that makes synctest bubbles."""

UNBUBBLED = frozenset(
    {"time.runtimeIsBubbled", "time.syncTimer", "internal/synctest.IsInBubble", "internal/synctest.IsAssociated", "internal/synctest.Disassociate"}
)
"""Functions that give zero, or do nothing, in a program that makes no synctest bubbles."""

BLOCKING = frozenset(
    {Native.SEMACQUIRE, Native.NOTIFY_WAIT, Native.SLEEP, Native.WORK_IO, Native.WORK_SYSCALL, Native.GOSCHED, Native.GOEXIT, Native.WORK_CPU}
    | {Native.SYNCTEST, Native.CLEANUP}
)
"""Natives at which a goroutine may stand for long: functions with them are not inlined, so that reports name the function."""

IDENTITY = frozenset(
    {
        "math.Float64bits",
        "math.Float64frombits",
        "internal/strconv.float64bits",
        "internal/strconv.float64frombits",
        "internal/abi.NoEscape",
        "internal/abi.Escape",
        "weak.runtime_registerWeakPointer",
        "weak.runtime_makeStrongFromWeak",
        SUPPORT + "bits",
        SUPPORT + "float",
    }
)
"""Functions that give back the word that they take."""

LINKED = {"time_test.haveHighResSleep": 1}
"""Variables that are the runtime's own under another name, and what they hold."""

PRINTING = {"fmt.Print": 0, "fmt.Println": 1, "fmt.Printf": 2}
"""Printing functions and their OutputFormat."""

OUTPUTS = {"os.writeStdout": 0, "os.writeStderr": 256}
"""Functions that print a text, and their OutputFormat."""

ZERO = frozenset({"crypto/internal/fips140.getIndicator", "crypto/fips140.isBypassed", "os/signal.signal_ignored"})
"""Functions whose result is zero in the model."""

NOTHING = frozenset(
    {
        "sync.runtime_notifyListCheck",
        "runtime.KeepAlive",
        "internal/abi.EscapeNonString",
        "sync.runtime_registerPoolCleanup",
        "runtime.SetMutexProfileFraction",
    }
    | {"runtime.SetBlockProfileRate", "crypto/internal/fips140.setIndicator"}
    | {"crypto/internal/boring/sig.StandardCrypto", "os/signal.signal_enable", "os/signal.signal_disable", "os/signal.signal_ignore"}
    | {"os/signal.signalWaitUntilIdle"}
    | {"internal/race." + name for name in ("Release", "ReleaseMerge", "Disable", "Enable", "Read", "Write", "ReadRange", "WriteRange", "Errors", "Acquire")}
    | {"internal/race." + name for name in ("ReadPC", "WritePC", "ReadObjectPC", "WriteObjectPC")}
)
"""Functions that do nothing in the model."""

REFUSED = {"internal/abi.TypeOf": "use sync.Mutex and a slice", "internal/abi.TypeFor": "write the types out"}
"""Functions of Go that could be lowered but look at what the model has not, and what to write instead."""
