"""The kernel: advances each world by up to a number of actions, one world a lane."""

import warp as wp

from gpusched.goruntime.state import State, Status, Tables
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
    limit = s.t[0].params[s.w].max_actions - s.t[0].worlds[s.w].actions
    if limit < wp.int64(max_actions):
        max_actions = int(limit)
    running = rooms(s)
    p = int(0)
    if s.t[0].worlds[s.w].resumed != 0:
        p = s.t[0].worlds[s.w].actor
    while running and n < max_actions and steps < most_steps:
        if p == 0:
            p = next_actor(s)
            if s.t[0].worlds[s.w].now > s.t[0].params[s.w].horizon_ns:
                s.t[0].worlds[s.w].now = s.t[0].params[s.w].horizon_ns
                s.t[0].worlds[s.w].status = int(Status.HORIZON)
                break
        steps += 1
        r = int(RETRIED)
        if p <= 0:
            r = other_action(s, p, s.t[0].worlds[s.w].now)
            p = 0
            running = rooms(s)
        else:
            r = p_action(s, p)
            running = rooms(s)
            if s.t[0].ps[s.w, p].clock >= s.t[0].worlds[s.w].least:
                p = 0
            else:
                s.t[0].worlds[s.w].now = s.t[0].ps[s.w, p].clock
                if s.t[0].worlds[s.w].now > s.t[0].params[s.w].horizon_ns:
                    p = 0
        if r > 0:
            n += 1
        if r == STALLED or s.t[0].worlds[s.w].status != int(Status.RUNNING):
            running = False
    s.t[0].worlds[s.w].actions += wp.int64(n)
    if s.t[0].worlds[s.w].actions >= s.t[0].params[s.w].max_actions and s.t[0].worlds[s.w].status == int(Status.RUNNING):
        s.t[0].worlds[s.w].status = int(Status.ACTION_LIMIT)


@wp.kernel
def advance(t: wp.array[Tables], budget: wp.array[wp.int32]):
    """A world's lane: at most ``budget[0]`` actions; ended worlds and those that wait for growth stay as they are."""
    w = wp.tid()
    s = State()
    s.t = t
    s.w = w
    if s.t[0].worlds[w].status != int(Status.RUNNING) or s.t[0].worlds[w].overflow != 0:
        return
    advance_world(s, budget[0])
