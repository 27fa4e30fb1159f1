"""The instruction set of the simulated goroutines, and the layout of frames, values and objects.

An instruction is a row ``(op, a, b, c)`` of int32. Register ``i`` of a function is word ``FRAME_REGS + i`` of its frame.
Rows with the opcode ``ARG`` follow an instruction that takes a list: each carries three register numbers (``a``, ``b``, ``c``),
unused ones are -1. Jump targets are absolute row numbers.

Values are words (int64). Integers are kept in their canonical form (sign- or zero-extended to 64 bits), bool is 0 or 1, float64 and
float32 are the bits of a float64 (a float32 is rounded after each operation). A pointer is the address of a word in the world's
memory, 0 is nil. A function value is 0 (nil), ``-(function + 1)`` (no captured variables) or the address of a closure object whose word 0 is the
function number. A string is (address, length): one byte a word in memory; a negative address ``-(k + 1)`` is constant data at
``rodata[k]``, one byte a row. An interface is (type id, data word): the data word is the value itself for pointers, maps and functions, else
the address of a boxed copy (never 0; channels and scalars are boxed too). A slice is (address, length, capacity). A channel is the row of its table.
"""

from enum import IntEnum

FRAME_LINK = 0
"""Frame word: in its low half the address of the caller's frame (0 at the bottom of a goroutine), in its high half where the caller goes on: the row of
the first ARG row with the call's result registers, if it has results; in a goroutine's first frame the goid of the one that started it. It counts as a
pointer, of which only the low half is an address."""
FRAME_REGS = 1
"""First register of a frame."""

IMM = 64
"""A binary operation or conditional jump with this added to its opcode takes ``c`` as a signed immediate instead of a register."""


class Op(IntEnum):
    """Opcodes. 0..63: binary, ``c`` register; 64..127: the same, ``c`` immediate; 128..191: other local ones; from 192 on: starting ones."""

    ADD = 0  # a = b + c (wraps)
    SUB = 1
    MUL = 2
    AND = 3
    OR = 4
    XOR = 5
    ANDNOT = 6  # a = b &^ c
    SHL = 7  # a = b << c, 0 for c >= 64; c is unsigned (a negative signed count was refused by SHIFTCHK)
    SHR = 8  # logical
    SAR = 9  # arithmetic
    DIV = 10  # signed, truncates; c == 0 panics; MinInt64 / -1 = MinInt64
    REM = 11
    DIVU = 12
    REMU = 13
    EQ = 16  # a = (b == c) as 0 or 1
    NE = 17
    LT = 18  # signed
    LE = 19
    GT = 20
    GE = 21
    LTU = 22  # unsigned
    LEU = 23
    GTU = 24
    GEU = 25
    JEQ = 32  # if b == c: pc = a
    JNE = 33
    JLT = 34
    JLE = 35
    JGT = 36
    JGE = 37
    JLTU = 38
    JGEU = 39
    FADD = 48  # float64 in registers; no fused multiply-add, correctly rounded
    FSUB = 49
    FMUL = 50
    FDIV = 51
    FEQ = 52
    FNE = 53
    FLT = 54
    FLE = 55

    MOV = 128  # a = b
    LDI = 129  # a = c (signed 32 bits)
    LDK = 130  # a = consts[c]
    JMP = 131  # pc = a
    NOT = 132  # a = ^b
    EXT = 133  # a = b renormalised to c: Ext
    FNEG = 134
    I2F = 135  # int64 -> float64
    U2F = 136
    F2I = 137  # truncates as amd64 does (out of range: MinInt64)
    F2U = 138
    F32 = 139  # a = b rounded to float32
    LOAD = 140  # a = mem[b + c]; b == 0 panics (nil)
    STORE = 141  # mem[a + c] = b; a == 0 panics (nil)
    FIELD = 142  # a = b + c; b == 0 panics (nil)
    LEA = 143  # a = address of register b in this frame
    INDEX = 144  # a = b + index c * ARG.a words; index checked against register ARG.b, or the constant ARG.c when ARG.b is -1
    STRINDEX = 145  # a = byte c of the string at address b; checked against register ARG.a
    SLICECHK = 146  # Go's checks of s[lo:hi:max]; a = lo, b = hi, c = max (-1: absent); ARG.a = cap register, ARG.b = SliceOf, ARG.c = len register
    SHIFTCHK = 147  # b < 0 panics: negative shift amount
    ALLOC = 148  # a = new zeroed object of type c
    MAKESLICE = 149  # a = new array of ARG.a: element type, of ARG.b Go bytes (-1: 8 a word); b = len, c = cap registers; Go's checks of both
    GROWSLICE = 150  # a = new array, ARG1.a = new cap; b = old address, c = old len; ARG1.b = needed len, ARG1.c = old cap;
    # ARG2.a = element type, ARG2.b = element size in Go bytes
    COPY = 151  # move c (register) words from b to a; may overlap
    ZERO = 152  # words a .. a + b - 1 of this frame's registers = 0
    CALL = 153  # function a; b = words of arguments, c = words of results; then ARG rows of arguments, then ARG rows of result registers
    CALLC = 154  # function value in register a; otherwise as CALL; the closure's address becomes register 0 of a function with captured variables
    CALLI = 155  # as CALL; a = type-id register; the first argument register is the data word; then first comes a row ARG(method, 0, 0)
    RET = 156  # b = words of results, then ARG rows; starting when the frame is the goroutine's first
    DEFER = 157  # function a, b words of arguments, c = record type; then ARG rows
    DEFERC = 158  # function value in register a; else as DEFER
    DEFERI = 159  # as CALLI
    RUNDEFERS = 160  # runs this frame's deferred calls, newest first
    STRCMP = 161  # a = -1, 0, 1 for strings (b, ARG.a) and (c, ARG.b): address and length registers
    STRCAT = 162  # a = address of the new string; ARG1 = (address, length, address) ARG2 = (length, length of the result, -1)
    IFACEEQ = 163  # a = interface (b, ARG.a) == interface (c, ARG.b); uncomparable types panic
    IMPLEMENTS = 164  # a = type id in b implements interface number c
    NATIVE = 165  # local native: a = first result register or -1, b = words of arguments, c = Native; then ARG rows of arguments; results go to a, a + 1, ...
    UNWIND = 166  # row 0 of every program: where deferred calls return to while a panic or Goexit unwinds
    RECOVER = 167  # (a, a + 1) = recover()
    MAKECHAN = 168  # a = new channel; b = capacity register, c = element type
    ARG = 191

    GO = 192  # function a, b words of arguments; then ARG rows
    GOC = 193  # function value in register a
    GOI = 194  # as CALLI
    SEND = 195  # channel a, first register b of the element (its words lie in consecutive registers)
    RECV = 196  # a = first register of the element, b = channel, c = register of ok or -1
    CLOSE = 197  # channel a
    CHANLEN = 198  # a = len(b)
    CHANCAP = 199
    SELECT = 200  # a = register of the index, b = number of cases, c = register of recvOK or -1; then a row ARG(blocking 0/1, -1, -1),
    # then a row per case ARG(direction 1 send 2 recv, channel register, first register of the element or -1)
    PANIC = 201  # interface (a, b)
    SYS = 202  # starting native, operands as NATIVE


class Ext(IntEnum):
    """Kinds of renormalisation for EXT."""

    S8 = 1
    S16 = 2
    S32 = 3
    U8 = 4
    U16 = 5
    U32 = 6


class SliceOf(IntEnum):
    """What SLICECHK slices: decides Go's words."""

    SLICE = 0
    ARRAY = 1
    STRING = 2


class Kind(IntEnum):
    """What a word of an object or a register holds, for the collector."""

    SCALAR = 0
    POINTER = 1  # address in the world's memory (function values and string addresses too: <= 0 means nothing to mark)
    CHAN = 2  # row of the channel table
    TIMER = 3  # row of the timer table


class Native(IntEnum):
    """Native functions: below 64 local (opcode NATIVE), from 64 on starting (opcode SYS). Arguments -> results, in words."""

    PROC_PIN = 0  # () -> P number; m.locks++
    PROC_UNPIN = 1
    RUNTIME_RAND = 2  # () -> uint64 of the runtime's stream
    RUNTIME_RANDN = 3  # (n uint32) -> uint32 below n, of the runtime's stream
    WORK_RAND = 4  # () -> uint64 of the goroutine's stream
    QUANTILE = 5  # (table, scale ns) -> ns: one draw, scale * q(u) rounded to nearest
    TABLE = 6  # (kind, shape float64) -> table number; compiled in from constants of the source
    LOAD_ACQUINT = 7  # (ptr) -> word; plain load
    STORE_RELINT = 8  # (ptr, word)
    STR_FROM_BYTES = 9  # (ptr, len) -> (ptr, len)
    STR_TO_BYTES = 10  # (ptr, len) -> (ptr, len, cap)
    SQRT = 11  # (float64) -> float64
    FLOOR = 12
    UNIFORM = 13  # (n uint64) -> uint64 below n, of the goroutine's stream
    NUM_CPU = 14  # () -> int
    ADD_WORD = 16  # (ptr, n): word at ptr += n
    HISTOGRAM = 15  # (name ptr, name len) -> histogram number; compiled in from constants of the source
    GOID = 17  # () -> the goroutine's number
    MAP_HASH = 40  # (type, ptr, seed) -> hash of the value, its highest bit set; panics for what has none
    MAP_EQUAL = 41  # (type, ptr, ptr) -> bool
    NEW_ARRAY = 42  # (type, n) -> ptr of n zero values
    RAISE = 43  # (kind PanicKind, a, b): run-time panic
    CALLERS = 50  # (ptr, n) -> count: rows of code at which the goroutine's frames stand, innermost first; of a panic, - its PanicKind

    SEMACQUIRE = 64  # (addr, wait reason, lifo, skip)
    SEMRELEASE = 65  # (addr, handoff)
    NOTIFY_ADD = 66  # (list) -> ticket
    NOTIFY_WAIT = 67  # (list, ticket)
    NOTIFY_ONE = 68  # (list)
    NOTIFY_ALL = 69  # (list)
    CAN_SPIN = 70  # (i) -> bool
    DO_SPIN = 71  # ()
    NANOTIME = 72  # () -> int64 ns since the world's start + 1
    TIME_NOW = 73  # () -> (sec int64, nsec int32, mono int64)
    ATOMIC_LOAD = 74  # (ptr, ext) -> word; ext: Ext or 0, applied to results and stored words
    ATOMIC_STORE = 75  # (ptr, ext, word)
    ATOMIC_SWAP = 76  # (ptr, ext, new) -> old
    ATOMIC_CAS = 77  # (ptr, ext, old, new) -> bool
    ATOMIC_ADD = 78  # (ptr, ext, delta) -> new
    ATOMIC_AND = 79  # (ptr, ext, mask) -> old
    ATOMIC_OR = 80  # (ptr, ext, mask) -> old
    SLEEP = 81  # (ns)
    NEW_TIMER = 82  # (when, period, kind TimerKind, func value, arg chan) -> *Timer object {chan, init, timer row}
    STOP_TIMER = 83  # (*Timer) -> bool
    RESET_TIMER = 84  # (*Timer, when, period) -> bool
    GOSCHED = 85  # ()
    GOEXIT = 86  # ()
    NUM_GOROUTINE = 87  # () -> int
    GOMAXPROCS = 88  # (n) -> previous; n > 0 sets it
    THROW = 89  # (string ptr, len): fatal error, world ends
    FATAL = 90  # (string ptr, len)
    OUTPUT = 91  # (format: OutputFormat, arguments as interfaces: type id, data word, ...): output event
    WORK_CPU = 92  # (ns): the goroutine's own work, preemptible
    WORK_SYSCALL = 93  # (ns): blocking system call
    WORK_IO = 94  # (ns): poller wait
    WORK_STACK = 95  # (bytes): no effect yet
    WORK_ALLOC = 96  # (bytes, lifetime ns): no effect yet
    WORK_RECORD = 97  # (histogram, ns)
    WORK_SNAPSHOT = 98  # (string ptr, len): no effect yet
    EXIT = 99  # (code): os.Exit
    ATOMIC_VALUE_LOAD = 100  # (ptr) -> (type id, data)
    ATOMIC_VALUE_STORE = 101  # (ptr, type id, data)
    GOYIELD = 102  # ()
    NEW_CORO = 103  # (func value, coro): a goroutine that waits to run func(coro), its row goes into word 0 of the coro
    CORO_SWITCH = 104  # (coro, 1 if the goroutine ends)
    SYNCTEST = 105  # (SynctestOp, ...) -> ...
    CLEANUP = 106  # (CleanupOp, ...) -> ...
    LOCK_THREAD = 107  # (1: LockOSThread, -1: UnlockOSThread)
    REFUSE = 120  # (string ptr, len): a function that cannot be simulated was reached; world ends


class SynctestOp(IntEnum):
    """First argument of SYNCTEST; ``bubble`` is the address of an object of goruntime/bubble.py's layout."""

    BUBBLE = 0  # () -> bubble of the goroutine that calls; 0: none
    ENTER = 1  # (list, bubble): makes the goroutine that calls its root
    LEAVE = 2  # (): its root leaves it, its timers stop
    FIRE = 3  # (bubble) -> 1 if a timer was due, which is fired
    IDLE = 4  # (bubble): the root waits until all of the bubble is blocked
    NEXT = 5  # (bubble) -> when its next timer is due; 0: it has none
    TOTAL = 6  # (bubble) -> goroutines in it
    WAIT = 7  # (bubble): waits until all others are blocked
    ASSOCIATE = 8  # (list, pointer, node, 1: if it has none) -> number of the pointer's bubble, 0: none, -1: a package variable
    DISASSOCIATE = 9  # (list, pointer)
    NANO = 10  # () -> time.runtimeNano
    NOW = 11  # () -> time.runtimeNow
    BUBBLED = 12  # () -> whether the goroutine that calls has a bubble


class CleanupOp(IntEnum):
    """First argument of CLEANUP; ``cleanups`` is the address of an object of goruntime/cleanup.py's layout, the program's one."""

    CHECK = 0  # (ptr, arg, func value) -> Fault: what is wrong with the arguments of runtime.AddCleanup
    ADD = 1  # (cleanups, special) -> 1 if the goroutine that runs cleanups has to be started
    STOP = 2  # (cleanups, id)
    COLLECT = 3  # (cleanups): queues the cleanups of objects that nothing reaches
    TAKE = 4  # (cleanups) -> list of specials whose cleanups are to be run; waits for one
    EMPTY = 5  # (cleanups) -> whether a collection has been, none is queued and none runs


class TimerKind(IntEnum):
    """What a timer does when it fires."""

    SLEEP = 0  # readies a goroutine
    CHAN = 1  # time.sendTime: non-blocking send of the time to a channel
    FUNC = 2  # time.goFunc: starts a goroutine


class OutputFormat(IntEnum):
    """Which printing function an output event came from; +256 marks standard error."""

    PRINT = 0  # fmt.Print
    PRINTLN = 1  # fmt.Println
    PRINTF = 2  # fmt.Printf: the first argument is the format string
    BUILTIN_PRINT = 3  # print: standard error
    BUILTIN_PRINTLN = 4
