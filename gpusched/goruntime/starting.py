"""The starting instructions: what a goroutine asks of the runtime, one at the beginning of an action. Dispatches to the runtime's functions."""

import warp as wp

from gpusched.goruntime.bubble import CLOCK, NUMBER, bubble_of
from gpusched.goruntime.chan import chanlen, chanrecv, chansend, closechan, gopark, resumed
from gpusched.goruntime.choice import demote
from gpusched.goruntime.cleanup import LAST, QUEUE, add, check, collect_cleanups, empty, stop_cleanup, system_goroutines, take
from gpusched.goruntime.coro import coroswitch, end_fatally, newcoro
from gpusched.goruntime.fake_time import modify_fake
from gpusched.goruntime.histogram import observe
from gpusched.goruntime.netpoll import io_wait
from gpusched.goruntime.outcome import Outcome
from gpusched.goruntime.proc_create import newproc
from gpusched.goruntime.proc_execute import gosched_impl, lock_thread
from gpusched.goruntime.proc_queues import fetch_word, runqempty
from gpusched.goruntime.proc_resize import gomaxprocs
from gpusched.goruntime.proc_wake import sched_lock_busy, spend, wakep_busy
from gpusched.goruntime.rand import child_key
from gpusched.goruntime.rows import g_room, heap_room, new_timer_row, timer_room
from gpusched.goruntime.select import selectgo
from gpusched.goruntime.sema import goyield, notify_list_add, notify_list_all, notify_list_one, notify_list_wait, semacquire1, semrelease1
from gpusched.goruntime.state import PanicKind, State, Status, Strategy, WaitReason, caps, chans, code, gs, itab, mem, params, ps, timers, world
from gpusched.goruntime.synctest import channel_refused, fire, inherit, operate, park, wake_refused
from gpusched.goruntime.syscall import entersyscall
from gpusched.goruntime.time import WALL_SECONDS, modify, nanotime, stop
from gpusched.machine.arithmetic import unary
from gpusched.machine.frames import arg_reg, closure_context, closure_function, get_reg, new_goroutine_frame, set_reg
from gpusched.machine.memory import alloc
from gpusched.machine.opcodes import FRAME_LINK, CleanupOp, Native, Op, SynctestOp, TimerKind
from gpusched.machine.output import output_event
from gpusched.machine.panics import is_record, start_panic
from gpusched.program.program import TYPE_TIMER

wp.set_module_options({"enable_backward": False})

FOREVER = wp.constant(wp.int64(1 << 61))
"""Timers are never later than this."""
BILLION = wp.constant(wp.int64(1000000000))
CLOSURE_WORDS = 1
"""Words of a closure beyond what it holds (``cmd/compile/internal/walk/order.go`` wraps a go statement with arguments in one)."""
TIMER_WORDS = 16
"""Words of a timer (``time.go: timeTimer``)."""
EXT = int(Op.EXT)


@wp.func(inline=True)
def arg(s: State, g: int, row: int, i: int) -> wp.int64:
    """Value of argument ``i`` of the native at ``row``."""
    return get_reg(s, g, arg_reg(s, row, i))


@wp.func(inline=True)
def rows_of(words: int) -> int:
    """ARG rows that a list of ``words`` registers takes."""
    return (words + 2) / 3


@wp.func(inline=True)
def done(s: State, g: int, row: int) -> int:
    """The native at ``row`` is complete: the goroutine goes on after it."""
    gs(s)[g].pc = row + 1 + rows_of(code(s)[row].b)
    return int(Outcome.CONTINUE)


@wp.func(inline=True)
def result(s: State, g: int, row: int, i: int, value: wp.int64):
    """Sets result word ``i`` of the native at ``row``."""
    reg = code(s)[row].a
    if reg >= 0:
        set_reg(s, g, reg + i, value)


@wp.func(inline=True)
def advance_unless_waiting(s: State, g: int, row: int, outcome: int) -> int:
    """After a native that may park: complete only where it goes on."""
    if outcome == int(Outcome.CONTINUE):
        return done(s, g, row)
    return outcome


@wp.func(inline=True)
def advance_unless_undone(s: State, g: int, row: int, outcome: int) -> int:
    """After a native that may give up its P although it is complete."""
    if outcome == int(Outcome.CONTINUE) or outcome == int(Outcome.LEFT):
        done(s, g, row)
    return outcome


@wp.func(inline=False)
def go_statement(s: State, p: int, g: int, row: int, now: wp.int64) -> int:
    """GO, GOC, GOI: ``newproc``."""
    op = code(s)[row].op
    func = code(s)[row].a
    context = int(0)
    list_row = row
    if op != int(Op.GO):
        value = get_reg(s, g, code(s)[row].a)
        if value == wp.int64(0):
            if op == int(Op.GOC):
                world(s)[0].status = int(Status.FATAL)
                world(s)[0].panic_kind = int(PanicKind.GO_NIL)
                world(s)[0].panic_g = g
                return int(Outcome.ENDED)
            return start_panic(s, p, g, int(PanicKind.NIL_DEREFERENCE), wp.int64(0), wp.int64(0))
        if op == int(Op.GOC):
            func = closure_function(s, value)
            context = closure_context(value)
        else:
            list_row = row + 1
            func = itab(s)[(int(value)) * caps(s)[0].methods + code(s)[list_row].a]
    if wakep_busy(s, p, now):
        return int(Outcome.RETRY)
    if not g_room(s, p):
        return int(Outcome.STALLED)
    count = code(s)[row].b
    frame = new_goroutine_frame(s, g, func, list_row, count, context)
    if frame == 0:
        return int(Outcome.STALLED)
    mem(s)[frame + FRAME_LINK] = gs(s)[g].goid << wp.int64(32)
    n = gs(s)[g].starts
    gs(s)[g].starts = n + wp.uint32(1)
    k0, k1 = child_key(gs(s)[g].key0, gs(s)[g].key1, n, wp.uint32(0))
    if count > 0:
        spend(s, (params(s)[0].alloc_ps + (CLOSURE_WORDS + count) * params(s)[0].alloc_word_ps) / 1000)
    newproc(s, p, func, frame, row, k0, k1, now)
    if world(s)[0].bubbles != 0:
        inherit(s, g, ps(s)[p].runnext)
    gs(s)[g].pc = list_row + 1 + rows_of(count)
    return int(Outcome.CONTINUE)


@wp.func(inline=False)
def atomic(s: State, p: int, g: int, row: int, native: int) -> int:
    """``sync/atomic``: one action at its time."""
    at = arg(s, g, row, 0)
    if at == wp.int64(0):
        return start_panic(s, p, g, int(PanicKind.NIL_DEREFERENCE), wp.int64(0), wp.int64(0))
    spend(s, params(s)[0].atomic_op)
    addr = int(at)
    if native == int(Native.ATOMIC_VALUE_LOAD):
        fetch_word(s, p, addr, False)
        result(s, g, row, 0, mem(s)[addr])
        result(s, g, row, 1, mem(s)[addr + 1])
        return done(s, g, row)
    if native == int(Native.ATOMIC_VALUE_STORE):
        kind = arg(s, g, row, 1)
        held = mem(s)[addr]
        if kind == wp.int64(0):
            return start_panic(s, p, g, int(PanicKind.ATOMIC_VALUE_NIL), wp.int64(0), wp.int64(0))
        if held != wp.int64(0) and held != kind:
            return start_panic(s, p, g, int(PanicKind.ATOMIC_VALUE_TYPE), wp.int64(0), wp.int64(0))
        fetch_word(s, p, addr, True)
        mem(s)[addr] = kind
        mem(s)[addr + 1] = arg(s, g, row, 2)
        return done(s, g, row)
    fetch_word(s, p, addr, native != int(Native.ATOMIC_LOAD))
    ext = int(arg(s, g, row, 1))
    old = mem(s)[addr]
    if native == int(Native.ATOMIC_LOAD):
        result(s, g, row, 0, unary(EXT, ext, old))
        return done(s, g, row)
    x = arg(s, g, row, 2)
    if native == int(Native.ATOMIC_STORE):
        mem(s)[addr] = unary(EXT, ext, x)
    elif native == int(Native.ATOMIC_SWAP):
        mem(s)[addr] = unary(EXT, ext, x)
        result(s, g, row, 0, old)
    elif native == int(Native.ATOMIC_CAS):
        swapped = wp.int64(0)
        if old == x:
            mem(s)[addr] = unary(EXT, ext, arg(s, g, row, 3))
            swapped = wp.int64(1)
        result(s, g, row, 0, swapped)
    elif native == int(Native.ATOMIC_ADD):
        new = unary(EXT, ext, old + x)
        mem(s)[addr] = new
        result(s, g, row, 0, new)
    elif native == int(Native.ATOMIC_AND):
        mem(s)[addr] = old & x
        result(s, g, row, 0, old)
    elif native == int(Native.ATOMIC_OR):
        mem(s)[addr] = old | x
        result(s, g, row, 0, old)
    return done(s, g, row)


@wp.func(inline=True)
def due(s: State, when: wp.int64, now: wp.int64) -> wp.int64:
    """A time of ``nanotime``'s clock in the world's time; Go clamps overflows to the far future."""
    if when > FOREVER:
        return FOREVER
    return wp.max(when + world(s)[0].nanotime_origin - wp.int64(2), wp.int64(1))


@wp.func(inline=False)
def time_sleep(s: State, p: int, g: int, ns: wp.int64, now: wp.int64) -> int:
    """``timeSleep``: the timer is armed after the goroutine is parked."""
    if resumed(s, g) or ns <= wp.int64(0):
        spend(s, params(s)[0].nanotime)
        return int(Outcome.CONTINUE)
    if wakep_busy(s, p, now):
        return int(Outcome.RETRY)
    if not heap_room(s, p) or not timer_room(s):
        return int(Outcome.STALLED)
    t = new_timer_row(s)
    timers(s)[t].kind = int(TimerKind.SLEEP)
    timers(s)[t].arg = g
    gopark(s, p, g, int(WaitReason.SLEEP), now)
    bubble = bubble_of(s, g)
    if bubble != 0:
        timers(s)[t].bubble = mem(s)[bubble + NUMBER]
        modify_fake(s, p, t, bubble, mem(s)[bubble + CLOCK] + wp.min(ns, FOREVER), wp.int64(0), now)
    else:
        modify(s, p, t, now + wp.min(ns, FOREVER), wp.int64(0), now)
    spend(s, params(s)[0].timer_op)
    return int(Outcome.LEFT)


@wp.func(inline=False)
def new_timer(s: State, p: int, g: int, row: int, now: wp.int64) -> int:
    """``newTimer``: (when, period, kind, function value, channel) -> *Timer. A channel timer is in no heap yet."""
    if int(arg(s, g, row, 2)) != int(TimerKind.CHAN) and wakep_busy(s, p, now):
        return int(Outcome.RETRY)
    if not heap_room(s, p) or not timer_room(s):
        return int(Outcome.STALLED)
    object = alloc(s, TYPE_TIMER, 3)
    if object == 0:
        return int(Outcome.STALLED)
    t = new_timer_row(s)
    kind = int(arg(s, g, row, 2))
    timers(s)[t].kind = kind
    timers(s)[t].gopc = row
    if kind == int(TimerKind.CHAN):
        c = int(arg(s, g, row, 4))
        timers(s)[t].arg = c
        chans(s)[c].timer = t
        mem(s)[object] = wp.int64(c)
    else:
        n = gs(s)[g].starts
        gs(s)[g].starts = n + wp.uint32(1)
        k0, k1 = child_key(gs(s)[g].key0, gs(s)[g].key1, n, wp.uint32(1))
        timers(s)[t].key0 = k0
        timers(s)[t].key1 = k1
        timers(s)[t].arg = int(arg(s, g, row, 3))
    mem(s)[object + 1] = wp.int64(1)
    mem(s)[object + 2] = wp.int64(t)
    bubble = bubble_of(s, g)
    if bubble != 0:
        timers(s)[t].bubble = mem(s)[bubble + NUMBER]
        timers(s)[t].loc = int(arg(s, g, row, 5))
        if modify_fake(s, p, t, bubble, arg(s, g, row, 0), arg(s, g, row, 1), now) == 2:
            return int(Outcome.STALLED)
    else:
        modify(s, p, t, due(s, arg(s, g, row, 0), now), arg(s, g, row, 1), now)
    spend(s, params(s)[0].timer_op)
    spend(s, (params(s)[0].alloc_ps + TIMER_WORDS * params(s)[0].alloc_word_ps) / 1000)
    result(s, g, row, 0, wp.int64(object))
    return done(s, g, row)


@wp.func(inline=False)
def change_timer(s: State, p: int, g: int, row: int, native: int, now: wp.int64) -> int:
    """``stopTimer``, ``resetTimer``."""
    object = int(arg(s, g, row, 0))
    if object == 0:
        return start_panic(s, p, g, int(PanicKind.NIL_DEREFERENCE), wp.int64(0), wp.int64(0))
    if native == int(Native.RESET_TIMER) and wakep_busy(s, p, now):
        return int(Outcome.RETRY)
    if not heap_room(s, p):
        return int(Outcome.STALLED)
    t = int(mem(s)[object + 2])
    was_pending = bool(False)
    bubble = bubble_of(s, g)
    fake = timers(s)[t].bubble != wp.int64(0)
    if fake and bubble == 0:
        kind = int(PanicKind.SYNCTEST_RESET)
        if native == int(Native.STOP_TIMER):
            kind = int(PanicKind.SYNCTEST_STOP)
        return end_fatally(s, g, kind)
    if native == int(Native.STOP_TIMER):
        was_pending = stop(s, t)
    elif fake:
        pending = modify_fake(s, p, t, bubble, arg(s, g, row, 1), arg(s, g, row, 2), now)
        if pending == 2:
            return int(Outcome.STALLED)
        was_pending = pending == 1
    else:
        was_pending = modify(s, p, t, due(s, arg(s, g, row, 1), now), arg(s, g, row, 2), now)
    spend(s, params(s)[0].timer_op)
    v = wp.int64(0)
    if was_pending:
        v = wp.int64(1)
    result(s, g, row, 0, v)
    return done(s, g, row)


@wp.func(inline=True)
def can_spin(s: State, p: int, i: wp.int64) -> bool:
    """``internal_sync_runtime_canSpin``."""
    spare = world(s)[0].gomaxprocs > world(s)[0].npidle + world(s)[0].nmspinning + 1
    return i < wp.int64(4) and params(s)[0].num_cpu > 1 and spare and runqempty(s, p)


@wp.func(inline=False)
def clock_native(s: State, g: int, row: int, native: int, now: wp.int64) -> int:
    """``nanotime``, ``time.now``."""
    spend(s, params(s)[0].nanotime)
    mono = nanotime(s, now)
    if native == int(Native.NANOTIME):
        result(s, g, row, 0, mono)
    else:
        ns = mono - wp.int64(1)
        result(s, g, row, 0, WALL_SECONDS + ns / BILLION)
        result(s, g, row, 1, ns % BILLION)
        result(s, g, row, 2, mono)
    return done(s, g, row)


@wp.func(inline=False)
def end_world(s: State, g: int, row: int, native: int) -> int:
    """``os.Exit``, ``throw``, ``fatal``, and what stands for a function that cannot be simulated."""
    world(s)[0].panic_g = g
    if native == int(Native.EXIT):
        world(s)[0].status = int(Status.EXITED)
        world(s)[0].exit_code = int(arg(s, g, row, 0))
    else:
        world(s)[0].status = int(Status.FATAL)
        if native == int(Native.REFUSE):
            world(s)[0].status = int(Status.REFUSED)
        if native == int(Native.FATAL):
            frame = gs(s)[g].frame
            while frame != 0 and not is_record(s, frame):
                frame = int(mem(s)[frame])
            world(s)[0].panic_record = frame
        world(s)[0].panic_kind = int(PanicKind.STRING)
        world(s)[0].panic_a = arg(s, g, row, 0)
        world(s)[0].panic_b = arg(s, g, row, 1)
    return int(Outcome.ENDED)


@wp.func(inline=False)
def sync_native(s: State, p: int, g: int, row: int, native: int, now: wp.int64) -> int:
    """The natives of ``sync``: semaphores and notification lists."""
    if native == int(Native.SEMACQUIRE):
        return advance_unless_waiting(s, g, row, semacquire1(s, p, g, int(arg(s, g, row, 0)), int(arg(s, g, row, 1)), arg(s, g, row, 2) != wp.int64(0), now))
    if native == int(Native.SEMRELEASE):
        return advance_unless_undone(s, g, row, semrelease1(s, p, g, int(arg(s, g, row, 0)), arg(s, g, row, 1) != wp.int64(0), now))
    l = int(arg(s, g, row, 0))
    if native == int(Native.NOTIFY_WAIT):
        return advance_unless_waiting(s, g, row, notify_list_wait(s, p, g, l, arg(s, g, row, 1), now))
    if world(s)[0].bubbles != 0 and native != int(Native.NOTIFY_ADD) and wake_refused(s, g, l, native == int(Native.NOTIFY_ALL)):
        return int(Outcome.ENDED)
    if native == int(Native.NOTIFY_ONE):
        return advance_unless_undone(s, g, row, notify_list_one(s, p, g, l, now))
    if native == int(Native.NOTIFY_ALL):
        return advance_unless_undone(s, g, row, notify_list_all(s, p, g, l, now))
    spend(s, params(s)[0].atomic_op)
    result(s, g, row, 0, notify_list_add(s, l))
    return done(s, g, row)


@wp.func(inline=False)
def synctest(s: State, p: int, g: int, row: int, now: wp.int64) -> int:
    """SYNCTEST."""
    op = int(arg(s, g, row, 0))
    spend(s, params(s)[0].atomic_op)
    bubble = bubble_of(s, g)
    if op == int(SynctestOp.IDLE) or op == int(SynctestOp.WAIT):
        return advance_unless_waiting(s, g, row, park(s, p, g, bubble, op, now))
    if op == int(SynctestOp.FIRE):
        if wakep_busy(s, p, now):
            return int(Outcome.RETRY)
        fired = fire(s, p, bubble, now)
        if fired == 2:
            return int(Outcome.STALLED)
        result(s, g, row, 0, wp.int64(fired))
        return done(s, g, row)
    if op == int(SynctestOp.NOW):
        if bubble == 0:
            return clock_native(s, g, row, int(Native.TIME_NOW), now)
        at = mem(s)[bubble + CLOCK]
        result(s, g, row, 0, at / BILLION)
        result(s, g, row, 1, at % BILLION)
        result(s, g, row, 2, wp.int64(0))
        return done(s, g, row)
    x = int(0)
    if code(s)[row].b > 1:
        x = int(arg(s, g, row, 1))
    result(s, g, row, 0, operate(s, g, row, op, x, now))
    return done(s, g, row)


@wp.func(inline=False)
def cleanup(s: State, p: int, g: int, row: int, now: wp.int64) -> int:
    """CLEANUP."""
    op = int(arg(s, g, row, 0))
    x = arg(s, g, row, 1)
    if op == int(CleanupOp.TAKE):
        outcome = take(s, p, g, int(x), now)
        if outcome == int(Outcome.CONTINUE):
            result(s, g, row, 0, mem(s)[int(x) + QUEUE])
            mem(s)[int(x) + QUEUE] = wp.int64(0)
            mem(s)[int(x) + LAST] = wp.int64(0)
        return advance_unless_waiting(s, g, row, outcome)
    if op == int(CleanupOp.COLLECT):
        if sched_lock_busy(s, p, now):
            return int(Outcome.RETRY)
        collect_cleanups(s, p, int(x), now)
        return done(s, g, row)
    spend(s, params(s)[0].atomic_op)
    if op == int(CleanupOp.CHECK):
        result(s, g, row, 0, check(s, x, arg(s, g, row, 2), arg(s, g, row, 3)))
    elif op == int(CleanupOp.ADD):
        result(s, g, row, 0, add(s, int(x), int(arg(s, g, row, 2))))
    elif op == int(CleanupOp.STOP):
        stop_cleanup(s, int(x), arg(s, g, row, 2))
    else:
        result(s, g, row, 0, empty(s, int(x)))
    return done(s, g, row)


@wp.func(inline=False)
def rare_native(s: State, p: int, g: int, row: int, native: int, now: wp.int64) -> int:
    """Natives that a program uses seldom."""
    if native == int(Native.NUM_GOROUTINE):
        spend(s, params(s)[0].atomic_op)
        result(s, g, row, 0, wp.int64(world(s)[0].live - system_goroutines(s)))
        return done(s, g, row)
    if native == int(Native.GOMAXPROCS):
        before = world(s)[0].procs
        outcome = gomaxprocs(s, p, g, arg(s, g, row, 0), now)
        if outcome == int(Outcome.CONTINUE) or outcome == int(Outcome.LEFT):
            result(s, g, row, 0, wp.int64(before))
        return advance_unless_undone(s, g, row, outcome)
    if native == int(Native.SYNCTEST):
        return synctest(s, p, g, row, now)
    if native == int(Native.LOCK_THREAD):
        lock_thread(s, p, g, int(arg(s, g, row, 0)))
        return done(s, g, row)
    if native == int(Native.CLEANUP):
        return cleanup(s, p, g, row, now)
    if native == int(Native.NEW_CORO):
        return advance_unless_waiting(s, g, row, newcoro(s, p, g, row, arg(s, g, row, 0), int(arg(s, g, row, 1)), now))
    if native == int(Native.CORO_SWITCH):
        c = int(arg(s, g, row, 0))
        leaving = arg(s, g, row, 1) != wp.int64(0)
        done(s, g, row)
        return coroswitch(s, p, g, c, leaving, now)
    if native == int(Native.GOEXIT):
        return start_panic(s, p, g, int(PanicKind.GOEXIT), wp.int64(0), wp.int64(0))
    if native == int(Native.OUTPUT):
        outcome = output_event(s, g, row, now)
        spend(s, params(s)[0].output)
        return advance_unless_waiting(s, g, row, outcome)
    if native == int(Native.EXIT) or native == int(Native.THROW) or native == int(Native.FATAL) or native == int(Native.REFUSE):
        return end_world(s, g, row, native)
    return done(s, g, row)


@wp.func(inline=False)
def sys(s: State, p: int, g: int, row: int, now: wp.int64) -> int:
    """SYS: a starting native."""
    native = code(s)[row].c
    if native >= int(Native.ATOMIC_LOAD) and native <= int(Native.ATOMIC_OR):
        return atomic(s, p, g, row, native)
    if native <= int(Native.NOTIFY_ALL):
        return sync_native(s, p, g, row, native, now)
    if native == int(Native.WORK_RECORD):
        observe(s, int(arg(s, g, row, 0)), arg(s, g, row, 1))
        return done(s, g, row)
    if native == int(Native.NANOTIME) or native == int(Native.TIME_NOW):
        return clock_native(s, g, row, native, now)
    if native == int(Native.SLEEP):
        return advance_unless_waiting(s, g, row, time_sleep(s, p, g, arg(s, g, row, 0), now))
    if native == int(Native.WORK_IO):
        if resumed(s, g):
            return done(s, g, row)
        return advance_unless_waiting(s, g, row, io_wait(s, p, g, arg(s, g, row, 0), now))
    if native == int(Native.WORK_SYSCALL):
        ns = arg(s, g, row, 0)
        done(s, g, row)
        return entersyscall(s, p, g, ns, now)
    if native == int(Native.GOSCHED):
        if sched_lock_busy(s, p, now):
            return int(Outcome.RETRY)
        done(s, g, row)
        if params(s)[0].strategy == int(Strategy.PCT):
            demote(s, g)
        gosched_impl(s, p, g, now)
        return int(Outcome.LEFT)
    if native == int(Native.GOYIELD):
        done(s, g, row)
        goyield(s, p, g, now)
        return int(Outcome.LEFT)
    if native == int(Native.CAN_SPIN):
        v = wp.int64(0)
        if can_spin(s, p, arg(s, g, row, 0)):
            v = wp.int64(1)
        result(s, g, row, 0, v)
        spend(s, params(s)[0].atomic_op)
        return done(s, g, row)
    if native == int(Native.DO_SPIN):
        spend(s, params(s)[0].spin)
        done(s, g, row)
        return int(Outcome.LEFT)
    if native == int(Native.NEW_TIMER):
        return new_timer(s, p, g, row, now)
    if native == int(Native.STOP_TIMER) or native == int(Native.RESET_TIMER):
        return change_timer(s, p, g, row, native, now)
    if native == int(Native.ATOMIC_VALUE_LOAD) or native == int(Native.ATOMIC_VALUE_STORE):
        return atomic(s, p, g, row, native)
    return rare_native(s, p, g, row, native, now)


@wp.func(inline=True)
def start(s: State, p: int, g: int, now: wp.int64) -> int:
    """Performs the starting instruction at which G stands: an Outcome."""
    row = gs(s)[g].pc
    ins = code(s)[row]
    op = ins.op
    if world(s)[0].bubbles != 0 and channel_refused(s, g, row):
        return int(Outcome.ENDED)
    if op == int(Op.SEND):
        return chansend(s, p, g, int(get_reg(s, g, ins.a)), ins.b, now)
    if op == int(Op.RECV):
        return chanrecv(s, p, g, int(get_reg(s, g, ins.b)), ins.a, ins.c, now)
    if op == int(Op.SYS):
        if ins.c == int(Native.WORK_CPU):
            world(s)[0].user_ns = wp.max(arg(s, g, row, 0), wp.int64(0))
            gs(s)[g].pc = row + 2
            return int(Outcome.CONTINUE)
        return sys(s, p, g, row, now)
    if op <= int(Op.GOI):
        return go_statement(s, p, g, row, now)
    if op == int(Op.SELECT):
        return selectgo(s, p, g, row, now)
    if op == int(Op.CLOSE):
        return closechan(s, p, g, int(get_reg(s, g, ins.a)), now)
    if op == int(Op.PANIC):
        return start_panic(s, p, g, int(PanicKind.VALUE), get_reg(s, g, ins.a), get_reg(s, g, ins.b))
    v = chanlen(s, p, int(get_reg(s, g, ins.b)), op == int(Op.CHANCAP), now)
    set_reg(s, g, ins.a, wp.int64(v))
    gs(s)[g].pc = row + 1
    spend(s, params(s)[0].atomic_op)
    return int(Outcome.CONTINUE)
