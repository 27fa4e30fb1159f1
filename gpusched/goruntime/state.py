"""The state of a world: one table for each kind of object, a row an object, declared once.

Row 0 of every table but ``worlds`` is the null row, so zeroed state is valid and a reference of 0 means none. P ``p`` of Go (numbered from 0) is row
``p + 1``, likewise M. Times are int64 nanoseconds of simulated time. Models ``runtime/runtime2.go`` (g, m, p, sudog, schedt), ``chan.go``
(hchan), ``time.go`` (timer), and what has no counterpart in Go: pages of memory, pending completions, histograms, output.
"""

from enum import IntEnum

import numpy as np
import warp as wp

NEVER = wp.constant(wp.int64(1 << 62))
"""A clock that stands: the actor has nothing to do until somebody sets it."""

RING = 256
"""Entries of a P's local run queue (``runtime2.go: p.runq``)."""
PAGE = 128
"""Words of a page of memory."""
CLASSES = 20
"""Size classes of small objects; see machine/memory.py."""
GLOBALS = PAGE + 1
"""Address of the first word of the package variables (their object's header lies before it)."""
SEMTAB = 251
"""Roots of the semaphore table (``sema.go: semTabSize``)."""
MAX_SEGMENT = 256
"""Local instructions that one action may perform; part of the results."""
DEMOTED = 31
"""The largest count at ``GFlag.LOWERED``."""
SWITCHES = 8
"""Change points or forced choices of a world: ``Params.switch_0`` and on."""
SWITCH_BITS = 6
"""Bits of the candidate's number in a forced choice."""
LOCAL_WORDS = 512
"""Words that one local allocation or copy may touch; a larger one is a starting instruction."""


class Status(IntEnum):
    """How a world stands."""

    RUNNING = 0
    COMPLETED = 1  # main returned
    EXITED = 2  # os.Exit; ``exit_code``
    HORIZON = 3  # the limit of simulated time was reached
    ACTION_LIMIT = 4  # the limit of actions was reached
    DEADLOCK = 5  # all goroutines are asleep - deadlock!
    NO_GOROUTINES = 6  # no goroutines (main called runtime.Goexit) - deadlock!
    PANIC = 7  # an unrecovered panic; ``panic_kind``, ``panic_a``, ``panic_b``
    FATAL = 8  # fatal error (throw, fatal): ``panic_kind``
    THREADS = 9  # program exceeds 10000-thread limit
    STACK_OVERFLOW = 10  # goroutine stack exceeds 1000000000-byte limit
    OUT_OF_MEMORY = 11  # the limit of memory words was reached
    REFUSED = 12  # a function that the model lacks was reached; ``panic_a`` = function, or a text as of FATAL if ``panic_kind`` is STRING
    OUTPUT_LIMIT = 13  # the limit of output events was reached
    INVARIANT = 14  # the debug kernel found the state inconsistent: ``panic_kind`` is an invariants.Invariant


class Overflow(IntEnum):
    """Bits of ``World.overflow``: which capacity was too small. The host doubles it and the world goes on."""

    GS = 1
    MS = 2
    CHANS = 4
    SUDOGS = 8
    TIMERS = 16
    PAGES = 32
    PENDING = 64
    HEAPS = 128
    OUT = 256
    PS = 512


class PanicKind(IntEnum):
    """What a panic or fatal error says; ``panic_a``, ``panic_b`` are its operands."""

    NONE = 0
    VALUE = 1  # panic(v): a = type id, b = data word
    NIL_DEREFERENCE = 2
    INDEX = 3  # index a, length b
    SLICE_ALEN = 4  # slice bounds out of range [:a] with length b
    SLICE_ACAP = 5  # slice bounds out of range [:a] with capacity b
    SLICE_B = 6  # slice bounds out of range [a:b]
    SLICE3_ALEN = 7
    SLICE3_ACAP = 8
    SLICE3_B = 9
    SLICE3_C = 10
    DIVIDE = 11
    SHIFT = 12
    SEND_CLOSED = 13  # send on closed channel
    CLOSE_CLOSED = 14
    CLOSE_NIL = 15
    MAKESLICE_LEN = 16
    MAKESLICE_CAP = 17
    MAKECHAN_SIZE = 18
    UNCOMPARABLE = 19  # comparing uncomparable type a
    NIL_MAP = 20
    STRING = 21  # runtime error or fatal error with the text at string (a, b)
    GROWSLICE_LEN = 22
    SLICE_STRLEN = 23  # slice bounds out of range [:a] with length b, of a string
    GOEXIT = 24  # not a panic: runtime.Goexit unwinds
    ATOMIC_VALUE_NIL = 25  # sync/atomic: store of nil value into Value
    ATOMIC_VALUE_TYPE = 26  # sync/atomic: store of inconsistently typed value into Value
    GO_NIL = 27  # fatal error: go of nil func value
    UNHASHABLE = 40  # hash of unhashable type a
    NIL_ARGUMENT = 42  # panic(nil)
    CORO_EXITED = 43  # fatal error, as are the following: coroswitch on exited coro
    CORO_SELF = 44
    SYNCTEST_SEND = 45  # send on synctest channel from outside bubble
    SYNCTEST_RECEIVE = 46
    SYNCTEST_CLOSE = 47
    SYNCTEST_SELECT = 48
    SYNCTEST_STOP = 49  # stop of synctest timer from outside bubble
    SYNCTEST_RESET = 50
    SYNCTEST_WAKE = 51  # semaphore wake of synctest goroutine from outside bubble
    SLICE_CONVERT = 41  # cannot convert slice with length a to array or pointer to array with length b


class Strategy(IntEnum):
    """What decides where a schedule may go in more than one way; from RANDOM on a world is serial: it has one P."""

    NONE = 0  # Go's scheduler and the machine's costs alone
    REALISTIC = 1  # the same with noise of the machine
    RANDOM = 2
    PCT = 3
    FORCED = 4


class GStatus(IntEnum):
    """``runtime2.go``: _Gidle .. _Gdead."""

    IDLE = 0
    RUNNABLE = 1
    RUNNING = 2
    SYSCALL = 3
    WAITING = 4
    DEAD = 6


class WaitReason(IntEnum):
    """``runtime2.go: waitReason``; the strings are in machine/decode.py."""

    NONE = 0
    CHAN_RECEIVE = 1
    CHAN_SEND = 2
    CHAN_RECEIVE_NIL = 3
    CHAN_SEND_NIL = 4
    SELECT = 5
    SELECT_NO_CASES = 6
    SLEEP = 7
    IO_WAIT = 8
    SEMACQUIRE = 9
    COND_WAIT = 10
    MUTEX_LOCK = 11
    RWMUTEX_RLOCK = 12
    RWMUTEX_LOCK = 13
    WAITGROUP_WAIT = 14
    COROUTINE = 15  # from here on all are durable in a synctest bubble
    SYNCTEST_RUN = 16
    SYNCTEST_WAIT = 17
    SYNCTEST_CHAN_RECEIVE = 18
    SYNCTEST_CHAN_SEND = 19
    SYNCTEST_SELECT = 20
    SYNCTEST_WAITGROUP_WAIT = 21
    CLEANUP_WAIT = 22  # of the goroutine that runs cleanups, which belongs to no bubble


class PStatus(IntEnum):
    """``runtime2.go``: _Pidle, _Prunning."""

    IDLE = 0
    RUNNING = 1


class Special(IntEnum):
    """Bits of ``Params.special``: what an ordinary world has none of, so that its actions look at one field."""

    STRATEGY = 1
    CPUS = 2


@wp.struct
class Params:
    """Settings of a world: constant while it runs, may differ from world to world. Costs are ns unless their name ends in ``_ps``."""

    seed_lo: wp.uint32
    seed_hi: wp.uint32
    replica: wp.uint32
    gomaxprocs: wp.int32  # Ps when the world starts
    num_cpu: wp.int32
    max_threads: wp.int32
    horizon_ns: wp.int64
    max_actions: wp.int64
    output_events: wp.int64  # limit of output events beyond ``output_words``
    max_pages: wp.int32  # limit of memory
    output_words: wp.int32  # limit of recorded output
    local_ps: wp.int32  # one local instruction of no kind below
    move_ps: wp.int32  # one of each kind of machine/kinds.py
    arithmetic_ps: wp.int32
    multiply_ps: wp.int32
    divide_ps: wp.int32
    load_ps: wp.int32
    store_ps: wp.int32
    index_ps: wp.int32
    branch_ps: wp.int32
    mispredict_ps: wp.int32  # beyond that a conditional jump that goes another way than it did the last times
    copy_ps: wp.int32  # a word of a copy
    by_kind: wp.int32  # 0: all kinds cost local_ps
    map_ps: wp.int32  # an operation on a map, beyond its instructions
    call_ps: wp.int32  # a call, beyond its instruction
    alloc_ps: wp.int32  # an allocation, beyond its instruction
    alloc_word_ps: wp.int32  # for each word of it
    newproc: wp.int32
    malg: wp.int32  # a G that no free list holds, beyond newproc: its descriptor and stack are fresh memory
    first_run: wp.int32  # its first run, beyond
    goexit: wp.int32
    execute: wp.int32  # schedule + execute of a goroutine found in the local queue
    gopark: wp.int32
    goready: wp.int32
    gosched: wp.int32
    chan_op: wp.int32  # a channel operation without park or ready
    select_case: wp.int32  # for each case, before and after the park
    sema_op: wp.int32
    atomic_op: wp.int32
    nanotime: wp.int32
    timer_op: wp.int32  # adding, stopping, resetting, running a timer
    output: wp.int32
    syscall: wp.int32  # entersyscall + exitsyscall
    steal_look: wp.int32  # a look at one victim
    idle_work: wp.int32  # releasing a P and the re-check
    sched_lock: wp.int32  # time that sched.lock is held
    transfer: wp.int32  # a cache line that another P changed last, and those that it guards, comes over
    cold_1k: wp.int32  # what a G takes beyond, of whose descriptor and stack caches hold less the more others ran since it did: after 1024 others
    cold_2k: wp.int32
    cold_4k: wp.int32
    cold_8k: wp.int32
    cold_16k: wp.int32
    cold_32k: wp.int32
    cold_64k: wp.int32  # 0: nothing is cold
    cold_first: wp.int32  # thousandths of it: the first line of the descriptor, which who readies G or takes it off the global queue fetches
    chill: wp.int32  # what runtime operations take beyond, all together and at most, after a P computed or idled for long: caches have lost code and data
    chill_half: wp.int32  # half of it after computing for so long
    chill_table: wp.int32  # quantile table of thousandths by which it is taken each time; -1: none
    chan_lock: wp.int32
    spin: wp.int32  # doSpin: 30 PAUSE
    new_thread: wp.int32  # clone
    preempt: wp.int32  # signal and asyncPreempt
    handoff: wp.int32
    futexwakeup: wp.int32  # what waking a thread on a processor that idles takes the waker
    io: wp.int32  # a wait for I/O, beyond parking and polling
    netpoll: wp.int32  # a poll
    wake_table: wp.int32  # quantile table of the latency from futex wake to running; scale below
    wake_scale: wp.int64
    slack_table: wp.int32  # quantile table of timer slack (usleep, sysmon, epoll)
    slack_scale: wp.int64
    exact_timers: wp.int32  # 1: no millisecond granularity of the poller
    sysmon: wp.int32  # 0: no sysmon
    special: wp.int32  # Special bits
    cpus: wp.int32  # hardware threads; 0: one for every M that runs
    cpu_pack: wp.int32  # goruntime/host.py: packed
    cpu_switch: wp.int32  # from the wake to running there
    cpu_slice: wp.int64  # goruntime/host.py: a thread keeps its hardware thread for so long, ns
    cpu_tick: wp.int64  # and to the next tick of the kernel's clock; 0: the kernel looks at any time
    cpu_scan: wp.int32  # thousandths of the hardware threads' time in use from which on the kernel looks for no free one; 0: it always looks
    cpu_wakeup: wp.int32  # of 1000 threads that wake and find all hardware threads taken so many take one at once
    quota: wp.int64  # of the cgroup in each period, ns; 0: none
    period: wp.int64
    quota_slice: wp.int64  # a hardware thread takes so much of it at a time
    quota_phase: wp.int64  # a period begins at this time, and before and after it; negative: drawn
    schedtick: wp.int32  # of the first P at the start
    strategy: wp.int32  # Strategy
    procs: wp.int32  # what runtime.GOMAXPROCS says when the world starts
    pace: wp.int32  # random, pct: an action takes up to twice this longer, ns
    jitter_table: wp.int32  # realistic: quantile table of what an operation takes, in thousandths of its cost
    load_table: wp.int32  # realistic: quantile table of the pauses of a thread
    load_every: wp.int64  # realistic: a thread runs so long between pauses on average, ns; 0: there are none
    displace: wp.int32  # realistic: of 1000 woken threads so many take their waker's processor
    here_table: wp.int32  # realistic: quantile table of the latency of such a wake
    away_table: wp.int32  # realistic: and of how long the waker then waits
    parked: wp.int32  # idle threads with which a world begins, GOMAXPROCS at most
    switch_0: wp.int32  # pct: steps of the change points; forced: choice << SWITCH_BITS | candidate; -1: none
    switch_1: wp.int32
    switch_2: wp.int32
    switch_3: wp.int32
    switch_4: wp.int32
    switch_5: wp.int32
    switch_6: wp.int32
    switch_7: wp.int32


@wp.struct
class World:
    """One simulated Go process: ``runtime2.go: schedt`` and the simulator's own counters."""

    actions: wp.int64
    now: wp.int64  # time of the last action
    least: wp.int64  # scratch: the second-least clock, up to which the chosen P may go on
    cost: wp.int64  # scratch: ns of the runtime's part of the action under way
    user_ns: wp.int64  # scratch: ns of the user's part (work.CPU)
    local_ps: wp.int64  # scratch: picoseconds of local instructions of the action under way
    code_ps: wp.int64  # picoseconds of local instructions of all actions
    sched_lock_free: wp.int64  # sched.lock is held, or reserved, until
    sched_lock_turn: wp.int64  # when the first of those that wait for it has it, if that is to come
    alloc_number: wp.int64  # objects allocated so far
    goidgen: wp.int64
    goroutines_created: wp.int64
    pending_seq: wp.int64
    sysmon_clock: wp.int64
    lastpoll: wp.int64  # 0: an M is blocked in netpoll or about to be
    poll_until: wp.int64  # deadline of the blocked poller; 0: none
    poller_clock: wp.int64  # when the blocked poller returns; NEVER: not blocked, or blocked without deadline
    nanotime_origin: wp.int64  # time of the first look at the clock + 1; 0: none yet
    panic_a: wp.int64
    panic_b: wp.int64
    output_dropped: wp.int64
    collections: wp.int64
    words_free: wp.int64
    status: wp.int32  # Status
    overflow: wp.int32  # Overflow bits
    exit_code: wp.int32
    panic_kind: wp.int32  # PanicKind
    panic_g: wp.int32
    segment: wp.int32  # local instructions already done of an action that an overflow interrupted
    resumed: wp.int32  # 1 + started: the action of P ``actor`` was interrupted by an overflow within its local part
    actor: wp.int32  # the P whose action is under way; 0: another actor
    sched_lock_p: wp.int32  # the P that had sched.lock last, or waits for it last; 0: an M without a P
    sched_lock_owner: wp.int32  # the P that had it last; 0: an M without a P
    live: wp.int32  # goroutines not dead
    gomaxprocs: wp.int32  # Ps
    procs: wp.int32  # what runtime.GOMAXPROCS says: as many, but under a serial strategy
    bubbles: wp.int32  # synctest bubbles made so far
    bubble_list: wp.int32  # address of the variable that holds the list of those that still have goroutines
    peak: wp.int32
    rand: wp.uint32  # draws of the runtime's stream so far
    midle: wp.int32  # stack of idle Ms
    nmidle: wp.int32
    nmidlelocked: wp.int32  # Ms that wait for the G that is locked to them, or are gone
    mcount: wp.int32
    nmspinning: wp.int32
    npidle: wp.int32
    pidle: wp.int32  # stack of idle Ps
    needspinning: wp.int32
    runq_head: wp.int32  # the global run queue
    runq_tail: wp.int32
    runq_size: wp.int32
    gfree: wp.int32
    gfree_n: wp.int32
    allgs: wp.int32  # rows of gs in use (also dead ones); the next fresh row is allgs + 1
    chan_free: wp.int32
    chan_top: wp.int32
    sudog_free: wp.int32
    sudog_top: wp.int32
    timer_free: wp.int32
    timer_top: wp.int32
    page_free: wp.int32  # no page below it is free
    page_run: wp.int32  # where the next search for a run of free pages begins
    page_top: wp.int32  # pages below it have been used
    pages_used: wp.int32
    pending_n: wp.int32
    poller_m: wp.int32  # M blocked in netpoll
    netpoll_waiters: wp.int32
    poller_broken: wp.int32  # 1: the blocked poller is being woken already (netpollWakeSig)
    netready: wp.int32  # list of Gs whose descriptor became ready, oldest first
    netready_last: wp.int32
    sysmon_delay: wp.int32  # ns
    sysmon_idle: wp.int32
    sysmon_wait: wp.int32  # 1: in deep sleep
    out_n: wp.int32  # words of output used
    root_key0: wp.uint32
    root_key1: wp.uint32
    steals: wp.int32
    retakes: wp.int32
    preemptions: wp.int32
    handoffs: wp.int32
    newborn: wp.int32  # the G that the action under way made last; 0: none
    touches: wp.uint32  # Gs that ran, but for those that ran just before on the same P
    wakeups: wp.int32
    grey: wp.int32  # scratch of the collector: stack of pages with grey objects
    panic_record: wp.int32  # address of the record of the panic that ended it, or in which a fatal error did; see machine/panics.py
    fatal_len: wp.int32  # length of the string at panic_a
    noise: wp.uint32  # draws of the stream of noise so far
    steps: wp.int32  # times that a serial strategy asked whether the goroutine that runs goes on
    choices: wp.int32  # times that it had at least two candidates
    chosen: wp.int32  # 1: who acts next has been chosen; 2: and is about to be executed
    switched_at: wp.int32  # step of the last switch
    cpu_queue: wp.int32  # list of Ms that wait for a hardware thread, first the one that gets the next
    cpu_failed: wp.int32  # ticks that found one free and an M behind another's
    cpu_share: wp.int32  # of their time in use, millionths; what is long past counts less
    cpu_share_at: wp.int64
    cpu_share_ns: wp.int64  # ``cpu_ns`` then
    host_armed: wp.int64  # time of the next look at the hardware threads that is among the pending entries; NEVER: none
    vrun: wp.int64  # least ``M.vrun`` of those that ran or waited, so far
    quota_left: wp.int64  # of the period under way, not yet taken by a hardware thread
    period_end: wp.int64
    slack_at: wp.int64  # when what hardware threads gave back is distributed; NEVER: not at all
    period_on: wp.int32  # 1: the period's timer runs
    period_idle: wp.int32  # 1: nobody has taken anything since it fired
    cpu_periods: wp.int32  # cpu.stat: nr_periods
    cpu_throttled_periods: wp.int32  # nr_throttled
    cpu_throttled_ns: wp.int64  # throttled_time
    cpu_ns: wp.int64  # time that Ms had hardware threads


@wp.struct
class P:
    """``runtime2.go: p``."""

    clock: wp.int64
    user_from: wp.int64  # the user's part of the action under way starts here
    mon_schedwhen: wp.int64  # sysmontick
    mon_syscallwhen: wp.int64
    goidcache: wp.int64
    goidcache_end: wp.int64
    min_when: wp.int64  # timers.minWhenHeap
    min_modified: wp.int64  # timers.minWhenModified
    poll_until: wp.int64  # find_runnable's pollUntil while it goes on over several actions
    timers_now: wp.int64  # timers.check's now while it goes on over several actions; 0: it does not
    lock_turn: wp.int64  # when it has, or had, its turn at sched.lock
    computed: wp.int64  # user's time, and idle time, since its last runtime operation, ns
    chilled: wp.int64  # of Params.chill, what its next runtime operations take beyond, ns
    idle_since: wp.int64
    status: wp.int32  # PStatus
    m: wp.int32
    g: wp.int32  # its M's curg
    runnext: wp.int32
    head: wp.int32  # of the ring; wraps
    tail: wp.int32
    schedtick: wp.uint32
    syscalltick: wp.uint32
    mon_schedtick: wp.uint32
    mon_syscalltick: wp.uint32
    link: wp.int32  # next idle P
    idle: wp.int32  # 1: on the idle stack
    gfree: wp.int32
    gfree_n: wp.int32
    timers: wp.int32  # entries of its timer heap
    zombies: wp.int32
    phase: wp.int32  # PPhase: where find_runnable or a native goes on
    phase_a: wp.int32  # victim, list ...
    phase_b: wp.int32
    spinning: wp.int32  # its M's spinning
    executing: wp.int32  # 1: the action under way is the execute of its G
    steal_r: wp.uint32  # random order of the stealing pass under way
    steal_i: wp.int32  # victims already looked at in it; -1: no pass is under way


class PPhase(IntEnum):
    """What a P's next action goes on with."""

    NONE = 0
    STEAL_RUNNEXT = 1  # slept before taking the runnext ``phase_b`` of P ``phase_a``
    STEAL_TIMERS = 2  # ran a timer of P ``phase_a`` in the fourth pass
    INJECT = 3  # marks the netpoll list ``phase_a`` runnable, G by G; ``phase_b``: how many are marked
    READY_LIST = 4  # its G readies the list of sudogs ``phase_a``, one an action (closechan, Broadcast)
    EXITSYSCALL = 5  # its G's system call ended
    BLOCKED = 6  # its G is in a system call: no clock
    RELEASE = 7  # found nothing to steal: takes ``sched.lock``, looks at the global queue and releases the P
    START_LOCKED = 8  # wakes: the M to which the G ``phase_a`` is locked, which runs there


class MPhase(IntEnum):
    """What an M without a P does next."""

    NONE = 0
    RECHECK = 1  # find_runnable after releasep
    EXITSYSCALL = 2  # exitsyscall without a P


@wp.struct
class M:
    """``runtime2.go: m``: a thread."""

    lock_turn: wp.int64  # when it has, or had, its turn at sched.lock without a P
    p: wp.int32
    g: wp.int32
    oldp: wp.int32
    link: wp.int32  # next idle M
    idle: wp.int32
    spinning: wp.int32
    was_spinning: wp.int32  # find_runnable's wasSpinning, while it is blocked in netpoll
    phase: wp.int32  # MPhase
    syscalltick: wp.uint32
    poll_until: wp.int64  # find_runnable's pollUntil, carried over the release of its P
    cpu: wp.int32  # hardware thread that it has, row of Cpu
    last_cpu: wp.int32
    off: wp.int32  # Off: why it does not run although it could
    owes: wp.int32  # Owes: what it does without a P when it runs again
    cpu_next: wp.int32  # in the queue for a hardware thread
    behind: wp.int32  # hardware thread for which alone it queues; 0: for any
    vrun: wp.int64  # how long it ran, with credits for sleeping: who ran least is first
    ran_until: wp.int64  # when it lost its hardware thread
    owed: wp.int64  # ns of its P's action that are left from when it lost its hardware thread
    owed_runtime: wp.int64  # of them the runtime's part
    lockedg: wp.int32  # the G that is locked to it; GONE: such a G ended, and the thread with it
    locks: wp.int32  # lockedExt: calls of LockOSThread that were not undone
    parked: wp.int32  # 1: it waits for its G to be scheduled, in stoplockedm, or is gone
    pad: wp.int32


GONE = -1
"""``M.lockedg`` of a thread that has ended."""


class Off(IntEnum):
    """Why an M does not run."""

    NO = 0
    QUEUED = 1  # no hardware thread is free
    THROTTLED = 2  # its hardware thread has no quota


class Owes(IntEnum):
    """What an M without a P goes on with when it gets a hardware thread."""

    NOTHING = 0
    ACTION = 1  # ``M.phase``
    POLL = 2  # returns from netpoll


@wp.struct
class Cpu:
    """A hardware thread: ``kernel/sched``: rq, cfs_rq of the cgroup."""

    since: wp.int64  # its M has had it since
    used_until: wp.int64  # up to then its M's time is counted
    left: wp.int64  # quota that it has taken and not used: cfs_rq.runtime_remaining
    throttled_since: wp.int64
    m: wp.int32
    throttled: wp.int32


@wp.struct
class G:
    """``runtime2.go: g``: a goroutine. What the scheduler touches comes first: half a cache line."""

    since: wp.int64  # runnable or waiting since
    pc: wp.int32
    frame: wp.int32
    link: wp.int32  # schedlink; in a system call its M
    waiting: wp.int32  # list of its sudogs
    ps: wp.int16  # picoseconds left over
    bubble: wp.int16  # slot of its synctest bubble (goruntime/bubble.py); 0: none
    status: wp.int8  # GStatus
    waitreason: wp.int8
    flags: wp.int16  # GFlag bits
    rem: wp.int64  # ns of work.CPU left after a preemption; 0 without GFlag.REST
    goid: wp.int64
    birth: wp.int64  # the runtime's part of the action that made it ended then
    key0: wp.uint32  # of its draws: from seed, replica and lineage
    key1: wp.uint32
    draws: wp.uint32
    starts: wp.uint32  # goroutines that it started
    fn: wp.int32  # the function that it was started with
    gopc: wp.int32  # row of the go statement


class GFlag(IntEnum):
    """Bits of ``G.flags``."""

    PREEMPT = 1  # preemption requested
    RESUME = 2  # stands at the instruction at which it parked: complete it
    LOCKED = 4  # locked to the M with this ``lockedg``
    REST = 8  # ``rem`` is not 0
    LOWERED = 16  # pct: 1 + the change point that lowered its priority, counted from this bit on; DEMOTED: it yielded
    LOCKS = 512  # m.locks counted from this bit on


@wp.struct
class Chan:
    """``chan.go: hchan``."""

    num: wp.int64  # allocation number: select's lock order
    lock_free: wp.int64  # its lock is held until
    qcount: wp.int32
    dataqsiz: wp.int32
    elemsize: wp.int32  # words
    elemtype: wp.int32
    buf: wp.int32  # address
    closed: wp.int32
    sendx: wp.int32
    recvx: wp.int32
    recvq: wp.int32  # first sudog
    recvq_last: wp.int32
    sendq: wp.int32
    sendq_last: wp.int32
    timer: wp.int32
    mark: wp.int32  # 0: free row; 1: in use; 2: in use and marked
    link: wp.int32
    bubble: wp.int32  # number of the synctest bubble in which it was made; 0: none
    touched: wp.uint32  # World.touches when a P had it last


@wp.struct
class Sudog:
    """``runtime2.go: sudog``: a G on a wait queue. For a semaphore ``c`` and ``elem`` hold its key, and the links are its treap's."""

    g: wp.int32
    next: wp.int32
    prev: wp.int32
    parent: wp.int32
    c: wp.int32
    elem: wp.int32  # address of the element's first word
    waitlink: wp.int32
    waittail: wp.int32
    ticket: wp.uint32
    flags: wp.int32  # SudogFlag bits | case number << 8


class SudogFlag(IntEnum):
    """Bits of ``Sudog.flags``."""

    SELECT = 1
    SUCCESS = 2
    DONE = 4  # of the G's first sudog: its select was decided (selectDone)
    WON = 8  # the case that decided the select
    SEMA = 16  # waits at a semaphore or in a notifyList


@wp.struct
class Timer:
    """``time.go: timer``."""

    when: wp.int64
    period: wp.int64
    rand: wp.int64  # order among timers of a bubble at the same time
    bubble: wp.int64  # number of its synctest bubble, whose clock it follows and in no P's heap it is; 0: none
    key0: wp.uint32  # lineage of the goroutines that an AfterFunc starts
    key1: wp.uint32
    state: wp.int32  # TimerState bits
    p: wp.int32  # whose heap it is in
    kind: wp.int32  # TimerKind
    arg: wp.int32  # G row, channel row, or function value
    blocked: wp.int32  # goroutines blocked on its channel
    fired: wp.int32
    gopc: wp.int32
    mark: wp.int32  # 0: free row; 1: in use; 2: in use and marked
    link: wp.int32
    loc: wp.int32  # the location of the times that it sends, of a timer of a bubble: address of time.localLoc


class TimerState(IntEnum):
    """``time.go``: timerHeaped, timerModified, timerZombie."""

    HEAPED = 1
    MODIFIED = 2
    ZOMBIE = 4


@wp.struct
class TimerWhen:
    """``time.go: timerWhen``: an entry of a P's 4-ary heap."""

    when: wp.int64
    timer: wp.int32
    pad: wp.int32


@wp.struct
class Pending:
    """An entry of the heap of pending completions and of Ms without a P, ordered by (time, kind, id)."""

    time: wp.int64
    key: wp.int64  # completion: sequence number; M: its number + 2^61
    a: wp.int32  # completion: G; M: its row
    kind: wp.int32  # PendingKind


class PendingKind(IntEnum):
    """What a pending entry does when its time comes."""

    IO = 0
    SYSCALL = 1
    M = 2
    HOST = 3


@wp.struct
class Page:
    """A page of memory: its size class and, while the collector runs, which of its words start marked and grey objects."""

    mark0: wp.uint64
    mark1: wp.uint64
    grey0: wp.uint64
    grey1: wp.uint64  # LARGE: number of pages, always
    cls: wp.int32  # 0: free; 1 .. CLASSES: small objects; LARGE: first page of a large object; CONTINUED: others of it
    link: wp.int32  # CONTINUED: first page; on the collector's stack of pages with grey objects: next


@wp.struct
class SizeClass:
    """Where the next object of a size class comes from."""

    free: wp.int32  # list of free blocks through the word after their header
    bump: wp.int32  # never used part of its newest page
    end: wp.int32
    size: wp.int32  # words of a block, header included


@wp.struct
class HistogramSum:
    """Count, sum and extremes of a histogram whose buckets are in ``State.hist``."""

    count: wp.int64
    total: wp.int64
    least: wp.int64
    most: wp.int64


@wp.struct
class Insn:
    """An instruction; see machine/opcodes.py."""

    op: wp.int32
    a: wp.int32
    b: wp.int32
    c: wp.int32


@wp.struct
class Func:
    """A function of the program."""

    entry: wp.int32  # row of its first instruction
    frame_type: wp.int32
    params: wp.int32  # words
    results: wp.int32
    context: wp.int32  # 1: register 0 is the closure
    defers: wp.int32  # register of the list of deferred calls, -1: none
    recover: wp.int32  # row where a recovered panic goes on (returns the named results), -1: none
    lifetimes: wp.int32  # number of its lifetime histogram


@wp.struct
class Type:
    """A type of the program, as layout: object headers name it."""

    words: wp.int32
    kinds: wp.int32  # first row of its words' kinds in ``kinds``
    # compare, of a frame: its function (machine/frames.py: link_frames)
    compare: wp.int32  # 0: word by word; 1: string; 2: interface; 3: uncomparable; 4: field by field (rows in ``kinds`` after its kinds)
    # flags, of a frame: thousandths by which its function's code is scaled, 0: it is not
    flags: wp.int32  # 1: an interface holding it has the value itself as data word


@wp.struct
class Caps:
    """Capacities of a world's tables in rows, and lengths of the program's arrays."""

    ps: wp.int32
    gs: wp.int32
    ms: wp.int32
    chans: wp.int32
    sudogs: wp.int32
    timers: wp.int32
    heaps: wp.int32  # entries for each P
    pending: wp.int32
    pages: wp.int32
    out: wp.int32
    words: wp.int32  # of memory
    methods: wp.int32
    interfaces: wp.int32
    rodata: wp.int32
    tables: wp.int32
    preprint: wp.int32  # number of the program's preprintpanics, 0: none
    scaled: wp.int32  # 1: some functions' code is scaled (flags of their frame types)
    frames: wp.int32  # where ``lives`` has a word for each type
    cleaner: wp.int32  # number of runtime.runCleanups, -1: the program adds no cleanups


@wp.struct
class Tables:
    """The kernel's argument: where each table lies and the bytes of one world's part of it; where the program's arrays lie."""

    addresses: wp.uint64  # room for a row of Addresses for each world
    caps: wp.uint64
    params: wp.uint64
    params_bytes: wp.int64
    worlds: wp.uint64
    worlds_bytes: wp.int64
    ps: wp.uint64
    ps_bytes: wp.int64
    ms: wp.uint64
    ms_bytes: wp.int64
    gs: wp.uint64
    gs_bytes: wp.int64
    chans: wp.uint64
    chans_bytes: wp.int64
    sudogs: wp.uint64
    sudogs_bytes: wp.int64
    timers: wp.uint64
    timers_bytes: wp.int64
    heaps: wp.uint64
    heaps_bytes: wp.int64
    pending: wp.uint64
    pending_bytes: wp.int64
    rings: wp.uint64
    rings_bytes: wp.int64
    semtab: wp.uint64
    semtab_bytes: wp.int64
    mem: wp.uint64
    mem_bytes: wp.int64
    pages: wp.uint64
    pages_bytes: wp.int64
    classes: wp.uint64
    classes_bytes: wp.int64
    sums: wp.uint64
    sums_bytes: wp.int64
    hist: wp.uint64
    hist_bytes: wp.int64
    out: wp.uint64
    out_bytes: wp.int64
    cpus: wp.uint64
    cpus_bytes: wp.int64
    branches: wp.uint64
    branches_bytes: wp.int64
    touched: wp.uint64
    touched_bytes: wp.int64
    lines: wp.uint64
    lines_bytes: wp.int64
    code: wp.uint64
    consts: wp.uint64
    funcs: wp.uint64
    types: wp.uint64
    kinds: wp.uint64
    itab: wp.uint64
    implements: wp.uint64
    rodata: wp.uint64
    quantiles: wp.uint64
    tables: wp.uint64
    coprimes: wp.uint64
    lives: wp.uint64


@wp.struct
class Addresses:
    """Where a world's tables and the program's arrays lie; the most used come first."""

    params: wp.uint64
    ps: wp.uint64
    gs: wp.uint64
    chans: wp.uint64
    mem: wp.uint64
    code: wp.uint64
    caps: wp.uint64
    ms: wp.uint64
    sudogs: wp.uint64
    timers: wp.uint64
    heaps: wp.uint64
    pending: wp.uint64
    rings: wp.uint64
    semtab: wp.uint64
    pages: wp.uint64
    classes: wp.uint64
    sums: wp.uint64
    hist: wp.uint64
    out: wp.uint64
    cpus: wp.uint64
    branches: wp.uint64
    touched: wp.uint64
    lines: wp.uint64
    consts: wp.uint64
    funcs: wp.uint64
    types: wp.uint64
    kinds: wp.uint64
    itab: wp.uint64
    implements: wp.uint64
    rodata: wp.uint64
    quantiles: wp.uint64
    tables: wp.uint64
    coprimes: wp.uint64
    lives: wp.uint64


@wp.struct
class State:
    """What every function of the transition takes first: where the world's own row lies, and where the addresses of its other tables lie.

    ``gs(s)[g].status`` reads a field of a row; the accessors below make arrays of the addresses. (Arrays in the struct would be copied at each call,
    and their shapes and strides read at each access: 8 times slower. Two words are passed in registers; eight went through memory at each call that is
    not inlined, an eighth of an action's time.)
    """

    worlds: wp.uint64
    more: wp.uint64  # a row of Addresses


BRANCHES = 256
"""Conditional jumps that a P remembers (machine/plain.py), four words each."""
LINES = 64
"""Cache lines of which a world knows who changed them last; a power of 2."""
QUANTILE_ROW = 4098
"""Entries of a quantile table."""
MOST_PROCS = 1024
"""GOMAXPROCS of a world at most."""
COPRIMES_ROW = MOST_PROCS + 2
ADDRESSES_BYTES = np.dtype(Addresses.numpy_dtype()).itemsize
"""Size of a row of Addresses."""
G_BYTES = np.dtype(G.numpy_dtype()).itemsize
"""Size of a row of G."""
ROWS = wp.constant(0)
"""Nominal length of the arrays below; capacities are checked against ``caps``. Warp adds it to an index below 0: with 0 no index is tested."""


@wp.func(inline=True)
def more(s: State) -> wp.array[Addresses]:
    """Where the tables lie: row 0."""
    return wp.array(ptr=s.more, shape=(ROWS,), dtype=Addresses)


@wp.func(inline=True)
def caps(s: State) -> wp.array[Caps]:
    """The capacities: row 0."""
    return wp.array(ptr=more(s)[0].caps, shape=(ROWS,), dtype=Caps)


@wp.func(inline=True)
def params(s: State) -> wp.array[Params]:
    """The world's settings: row 0."""
    return wp.array(ptr=more(s)[0].params, shape=(ROWS,), dtype=Params)


@wp.func(inline=True)
def world(s: State) -> wp.array[World]:
    """The world's own row: row 0."""
    return wp.array(ptr=s.worlds, shape=(ROWS,), dtype=World)


@wp.func(inline=True)
def ps(s: State) -> wp.array[P]:
    """Rows of P."""
    return wp.array(ptr=more(s)[0].ps, shape=(ROWS,), dtype=P)


@wp.func(inline=True)
def ms(s: State) -> wp.array[M]:
    """Rows of M."""
    return wp.array(ptr=more(s)[0].ms, shape=(ROWS,), dtype=M)


@wp.func(inline=True)
def gs(s: State) -> wp.array[G]:
    """Rows of G."""
    return wp.array(ptr=more(s)[0].gs, shape=(ROWS,), dtype=G)


@wp.func(inline=True)
def chans(s: State) -> wp.array[Chan]:
    """Rows of Chan."""
    return wp.array(ptr=more(s)[0].chans, shape=(ROWS,), dtype=Chan)


@wp.func(inline=True)
def sudogs(s: State) -> wp.array[Sudog]:
    """Rows of Sudog."""
    return wp.array(ptr=more(s)[0].sudogs, shape=(ROWS,), dtype=Sudog)


@wp.func(inline=True)
def timers(s: State) -> wp.array[Timer]:
    """Rows of Timer."""
    return wp.array(ptr=more(s)[0].timers, shape=(ROWS,), dtype=Timer)


@wp.func(inline=True)
def heaps(s: State) -> wp.array[TimerWhen]:
    """Timer heaps: entry i of P p is ``p * caps(s)[0].heaps + i``."""
    return wp.array(ptr=more(s)[0].heaps, shape=(ROWS,), dtype=TimerWhen)


@wp.func(inline=True)
def pending(s: State) -> wp.array[Pending]:
    """Rows of Pending."""
    return wp.array(ptr=more(s)[0].pending, shape=(ROWS,), dtype=Pending)


@wp.func(inline=True)
def rings(s: State) -> wp.array[wp.int32]:
    """Rings: entry i of P p is ``p * RING + i``."""
    return wp.array(ptr=more(s)[0].rings, shape=(ROWS,), dtype=wp.int32)


@wp.func(inline=True)
def semtab(s: State) -> wp.array[wp.int32]:
    """Roots of the semaphore table."""
    return wp.array(ptr=more(s)[0].semtab, shape=(ROWS,), dtype=wp.int32)


@wp.func(inline=True)
def mem(s: State) -> wp.array[wp.int64]:
    """Words of memory."""
    return wp.array(ptr=more(s)[0].mem, shape=(ROWS,), dtype=wp.int64)


@wp.func(inline=True)
def pages(s: State) -> wp.array[Page]:
    """Rows of Page."""
    return wp.array(ptr=more(s)[0].pages, shape=(ROWS,), dtype=Page)


@wp.func(inline=True)
def classes(s: State) -> wp.array[SizeClass]:
    """Size classes."""
    return wp.array(ptr=more(s)[0].classes, shape=(ROWS,), dtype=SizeClass)


@wp.func(inline=True)
def sums(s: State) -> wp.array[HistogramSum]:
    """Sums of the histograms."""
    return wp.array(ptr=more(s)[0].sums, shape=(ROWS,), dtype=HistogramSum)


@wp.func(inline=True)
def hist(s: State) -> wp.array[wp.uint32]:
    """Buckets: bucket b of histogram h is ``h * BUCKETS + b``."""
    return wp.array(ptr=more(s)[0].hist, shape=(ROWS,), dtype=wp.uint32)


@wp.func(inline=True)
def out(s: State) -> wp.array[wp.int64]:
    """Words of recorded output."""
    return wp.array(ptr=more(s)[0].out, shape=(ROWS,), dtype=wp.int64)


@wp.func(inline=True)
def cpus(s: State) -> wp.array[Cpu]:
    """Rows of Cpu."""
    return wp.array(ptr=more(s)[0].cpus, shape=(ROWS,), dtype=Cpu)


@wp.func(inline=True)
def foreseen(s: State, p: int) -> wp.uint64:
    """Where lies what P foresees of conditional jumps (machine/plain.py); 0 in worlds in which it costs nothing to be wrong."""
    if params(s)[0].mispredict_ps == 0:
        return wp.uint64(0)
    return more(s)[0].branches + wp.uint64(p * BRANCHES * 16)


@wp.func(inline=True)
def touched(s: State) -> wp.array[wp.uint32]:
    """Of each G: the P where it ran last, 255: its memory is fresh, << 24 | ``World.touches`` then (proc_queues.touch); there where ``cold_64k`` is not 0."""
    return wp.array(ptr=more(s)[0].touched, shape=(ROWS,), dtype=wp.uint32)


@wp.func(inline=True)
def lines(s: State) -> wp.array[wp.uint32]:
    """Of LINES cache lines that were changed last: the line << 8 | the P that changed it (proc_queues.fetch_line); there where ``transfer`` is not 0."""
    return wp.array(ptr=more(s)[0].lines, shape=(ROWS,), dtype=wp.uint32)


@wp.func(inline=True)
def code(s: State) -> wp.array[Insn]:
    """The program's instructions."""
    return wp.array(ptr=more(s)[0].code, shape=(ROWS,), dtype=Insn)


@wp.func(inline=True)
def consts(s: State) -> wp.array[wp.int64]:
    """The program's 64-bit constants."""
    return wp.array(ptr=more(s)[0].consts, shape=(ROWS,), dtype=wp.int64)


@wp.func(inline=True)
def funcs(s: State) -> wp.array[Func]:
    """The program's functions."""
    return wp.array(ptr=more(s)[0].funcs, shape=(ROWS,), dtype=Func)


@wp.func(inline=True)
def types(s: State) -> wp.array[Type]:
    """The program's types."""
    return wp.array(ptr=more(s)[0].types, shape=(ROWS,), dtype=Type)


@wp.func(inline=True)
def kinds(s: State) -> wp.array[wp.int32]:
    """The program's kinds of the types' words."""
    return wp.array(ptr=more(s)[0].kinds, shape=(ROWS,), dtype=wp.int32)


@wp.func(inline=True)
def itab(s: State) -> wp.array[wp.int32]:
    """The program's [type, method] -> function, -1: none; ``caps.methods`` a row."""
    return wp.array(ptr=more(s)[0].itab, shape=(ROWS,), dtype=wp.int32)


@wp.func(inline=True)
def implements(s: State) -> wp.array[wp.int32]:
    """The program's [type, interface] -> 0 or 1; ``caps.interfaces`` a row."""
    return wp.array(ptr=more(s)[0].implements, shape=(ROWS,), dtype=wp.int32)


@wp.func(inline=True)
def rodata(s: State) -> wp.array[wp.int32]:
    """The program's bytes of constant strings."""
    return wp.array(ptr=more(s)[0].rodata, shape=(ROWS,), dtype=wp.int32)


@wp.func(inline=True)
def quantiles(s: State) -> wp.array[wp.int64]:
    """The program's [table, QUANTILE_ROW]."""
    return wp.array(ptr=more(s)[0].quantiles, shape=(ROWS,), dtype=wp.int64)


@wp.func(inline=True)
def tables(s: State) -> wp.array[wp.int64]:
    """The program's [table, 2]: kind and shape of a distribution."""
    return wp.array(ptr=more(s)[0].tables, shape=(ROWS,), dtype=wp.int64)


@wp.func(inline=True)
def coprimes(s: State) -> wp.array[wp.int32]:
    """The program's [n, COPRIMES_ROW]: how many are coprime to n, then they."""
    return wp.array(ptr=more(s)[0].coprimes, shape=(ROWS,), dtype=wp.int32)


@wp.func_native("""
#if !defined(__CUDA_ARCH__)
    __builtin_prefetch((const void*)address);
#endif
""")
def prefetch(address: wp.uint64):
    """Asks for the cache line at an address that is needed soon; nothing on a GPU."""
    ...


@wp.func(inline=True)
def prefetch_g(s: State, g: int):
    """Asks for what the scheduler touches of a row of G."""
    at = more(s)[0].gs + wp.uint64(g) * wp.uint64(G_BYTES)
    prefetch(at)
    prefetch(at + wp.uint64(31))


@wp.func(inline=True)
def prefetch_words(s: State, address: int):
    """Asks for the first words of an object."""
    at = more(s)[0].mem + wp.uint64(address) * wp.uint64(8)
    prefetch(at)
    prefetch(at + wp.uint64(64))


@wp.func(inline=True)
def lives(s: State) -> wp.array[wp.int32]:
    """The program's live registers: ``machine.liveness.stack_maps``."""
    return wp.array(ptr=more(s)[0].lives, shape=(ROWS,), dtype=wp.int32)


@wp.func(inline=True)
def world_part(address: wp.uint64, bytes: wp.int64, w: int) -> wp.uint64:
    """Where world ``w``'s part of a table lies."""
    return address + wp.uint64(wp.int64(w) * bytes)


@wp.func(inline=False)
def state_of(t: Tables, w: int) -> State:
    """The state of world ``w``; fills its row of addresses."""
    s = State()
    s.more = world_part(t.addresses, wp.int64(ADDRESSES_BYTES), w)
    more(s)[0].params = world_part(t.params, t.params_bytes, w)
    s.worlds = world_part(t.worlds, t.worlds_bytes, w)
    more(s)[0].ps = world_part(t.ps, t.ps_bytes, w)
    more(s)[0].gs = world_part(t.gs, t.gs_bytes, w)
    more(s)[0].chans = world_part(t.chans, t.chans_bytes, w)
    more(s)[0].mem = world_part(t.mem, t.mem_bytes, w)
    more(s)[0].code = t.code
    more(s)[0].caps = t.caps
    more(s)[0].ms = world_part(t.ms, t.ms_bytes, w)
    more(s)[0].sudogs = world_part(t.sudogs, t.sudogs_bytes, w)
    more(s)[0].timers = world_part(t.timers, t.timers_bytes, w)
    more(s)[0].heaps = world_part(t.heaps, t.heaps_bytes, w)
    more(s)[0].pending = world_part(t.pending, t.pending_bytes, w)
    more(s)[0].rings = world_part(t.rings, t.rings_bytes, w)
    more(s)[0].semtab = world_part(t.semtab, t.semtab_bytes, w)
    more(s)[0].pages = world_part(t.pages, t.pages_bytes, w)
    more(s)[0].classes = world_part(t.classes, t.classes_bytes, w)
    more(s)[0].sums = world_part(t.sums, t.sums_bytes, w)
    more(s)[0].hist = world_part(t.hist, t.hist_bytes, w)
    more(s)[0].out = world_part(t.out, t.out_bytes, w)
    more(s)[0].cpus = world_part(t.cpus, t.cpus_bytes, w)
    more(s)[0].branches = world_part(t.branches, t.branches_bytes, w)
    more(s)[0].touched = world_part(t.touched, t.touched_bytes, w)
    more(s)[0].lines = world_part(t.lines, t.lines_bytes, w)
    more(s)[0].consts = t.consts
    more(s)[0].funcs = t.funcs
    more(s)[0].types = t.types
    more(s)[0].kinds = t.kinds
    more(s)[0].itab = t.itab
    more(s)[0].implements = t.implements
    more(s)[0].rodata = t.rodata
    more(s)[0].quantiles = t.quantiles
    more(s)[0].tables = t.tables
    more(s)[0].coprimes = t.coprimes
    more(s)[0].lives = t.lives
    return s
