"""The kernel: advances each world by up to a number of actions, one world a lane."""

import warp as wp

from gpusched.goruntime.state import (
    Chan,
    Func,
    G,
    HistogramSum,
    Insn,
    M,
    P,
    Page,
    Params,
    Pending,
    Program,
    SizeClass,
    State,
    Status,
    Sudog,
    Timer,
    TimerWhen,
    Type,
    World,
)
from gpusched.goruntime.step import RETRIED, STALLED, next_actor, other_action, p_action, rooms

wp.set_module_options({"enable_backward": False})


@wp.func(inline=True)
def advance_world(s: State, max_actions: int):
    """Performs actions until the world ends, a capacity is too small, or ``max_actions`` are done.

    The loop goes on with the same P while its clock stays below all others; a wake lowers that limit.
    """
    n = int(0)
    steps = int(0)
    most_steps = max_actions * 2 + 64
    limit = s.params[s.w].max_actions - s.worlds[s.w].actions
    if limit < wp.int64(max_actions):
        max_actions = int(limit)
    running = rooms(s)
    p = int(0)
    if s.worlds[s.w].resumed != 0:
        p = s.worlds[s.w].actor
    while running and n < max_actions and steps < most_steps:
        if p == 0:
            p = next_actor(s)
            if s.worlds[s.w].now > s.params[s.w].horizon_ns:
                s.worlds[s.w].now = s.params[s.w].horizon_ns
                s.worlds[s.w].status = int(Status.HORIZON)
                break
        steps += 1
        r = int(RETRIED)
        if p <= 0:
            r = other_action(s, p, s.worlds[s.w].now)
            p = 0
            running = rooms(s)
        else:
            r = p_action(s, p)
            if s.ps[s.w, p].clock >= s.worlds[s.w].least:
                p = 0
                running = rooms(s)
            else:
                s.worlds[s.w].now = s.ps[s.w, p].clock
                if s.worlds[s.w].now > s.params[s.w].horizon_ns:
                    p = 0
        if r > 0:
            n += 1
        if r == STALLED or s.worlds[s.w].status != int(Status.RUNNING):
            running = False
    s.worlds[s.w].actions += wp.int64(n)
    if s.worlds[s.w].actions >= s.params[s.w].max_actions and s.worlds[s.w].status == int(Status.RUNNING):
        s.worlds[s.w].status = int(Status.ACTION_LIMIT)


@wp.kernel
def advance(
    params: wp.array[Params],
    worlds: wp.array[World],
    ps: wp.array2d[P],
    ms: wp.array2d[M],
    gs: wp.array2d[G],
    chans: wp.array2d[Chan],
    sudogs: wp.array2d[Sudog],
    timers: wp.array2d[Timer],
    heaps: wp.array3d[TimerWhen],
    pending: wp.array2d[Pending],
    rings: wp.array3d[wp.int32],
    semtab: wp.array2d[wp.int32],
    mem: wp.array2d[wp.int64],
    pages: wp.array2d[Page],
    classes: wp.array2d[SizeClass],
    sums: wp.array2d[HistogramSum],
    hist: wp.array3d[wp.uint32],
    out: wp.array2d[wp.int64],
    code: wp.array[Insn],
    consts: wp.array[wp.int64],
    funcs: wp.array[Func],
    types: wp.array[Type],
    kinds: wp.array[wp.int32],
    itab: wp.array2d[wp.int32],
    implements: wp.array2d[wp.int32],
    rodata: wp.array[wp.int32],
    quantiles: wp.array2d[wp.int64],
    tables: wp.array2d[wp.int64],
    coprimes: wp.array2d[wp.int32],
    budget: wp.array[wp.int32],
):
    """A world's lane; ended worlds and those that wait for growth stay as they are."""
    w = wp.tid()
    if worlds[w].status != int(Status.RUNNING) or worlds[w].overflow != 0:
        return
    s = State()
    s.params = params
    s.worlds = worlds
    s.ps = ps
    s.ms = ms
    s.gs = gs
    s.chans = chans
    s.sudogs = sudogs
    s.timers = timers
    s.heaps = heaps
    s.pending = pending
    s.rings = rings
    s.semtab = semtab
    s.mem = mem
    s.pages = pages
    s.classes = classes
    s.sums = sums
    s.hist = hist
    s.out = out
    s.prog.code = code
    s.prog.consts = consts
    s.prog.funcs = funcs
    s.prog.types = types
    s.prog.kinds = kinds
    s.prog.itab = itab
    s.prog.implements = implements
    s.prog.rodata = rodata
    s.prog.quantiles = quantiles
    s.prog.tables = tables
    s.prog.coprimes = coprimes
    s.w = w
    advance_world(s, budget[0])
