"""The kernel: advances each world by up to a number of actions, one world a lane."""

import warp as wp

from gpusched.goruntime.host_turns import count_used
from gpusched.goruntime.state import State, Status, Tables, params, ps, state_of, world
from gpusched.goruntime.step import RETRIED, STALLED, next_actor, other_action, p_action, rooms

wp.set_module_options({"enable_backward": False})


@wp.func_native("""
#if defined(__CUDA_ARCH__)
    return 0;
#elif defined(__x86_64__)
    unsigned int before = __builtin_ia32_stmxcsr();
    __builtin_ia32_ldmxcsr(before & ~0x8040u);
    return (wp::int64)before;
#elif defined(__aarch64__)
    unsigned long long before;
    __asm__ volatile("mrs %0, fpcr" : "=r"(before));
    __asm__ volatile("msr fpcr, %0" : : "r"(before & ~(1ull << 24)));
    return (wp::int64)before;
#else
    return 0;
#endif
""")
def keep_subnormals() -> wp.int64:
    """Lets this thread compute with subnormal numbers, which XLA's threads flush to zero; how it was before."""
    ...


@wp.func_native("""
#if defined(__CUDA_ARCH__)
#elif defined(__x86_64__)
    __builtin_ia32_ldmxcsr((unsigned int)before);
#elif defined(__aarch64__)
    __asm__ volatile("msr fpcr, %0" : : "r"((unsigned long long)before));
#endif
""")
def restore_subnormals(before: wp.int64):
    """Undoes ``keep_subnormals``."""
    ...


@wp.func(inline=True)
def advance_world(s: State, max_actions: int):
    """Performs actions until the world ends, a capacity is too small, or ``max_actions`` are done.

    The loop goes on with the same P while its clock stays below all others; a wake lowers that limit.
    """
    n = int(0)
    steps = int(0)
    most_steps = wp.min(max_actions, 1 << 29) * 2 + 64
    limit = params(s)[0].max_actions - world(s)[0].actions
    if limit < wp.int64(max_actions):
        max_actions = int(limit)
    running = rooms(s)
    p = int(0)
    if world(s)[0].resumed != 0:
        p = world(s)[0].actor
    while running and n < max_actions and steps < most_steps:
        if p == 0:
            p = next_actor(s)
            if world(s)[0].now > params(s)[0].horizon_ns:
                world(s)[0].now = params(s)[0].horizon_ns
                world(s)[0].status = int(Status.HORIZON)
                break
        steps += 1
        r = int(RETRIED)
        if p <= 0:
            r = other_action(s, p, world(s)[0].now)
            p = 0
            running = rooms(s)
        else:
            r = p_action(s, p)
            running = rooms(s)
            if ps(s)[p].clock >= world(s)[0].least:
                p = 0
            else:
                world(s)[0].now = ps(s)[p].clock
                if world(s)[0].now > params(s)[0].horizon_ns:
                    p = 0
        if r > 0:
            n += 1
        if r == STALLED or world(s)[0].status != int(Status.RUNNING):
            running = False
    world(s)[0].actions += wp.int64(n)
    if world(s)[0].status != int(Status.RUNNING) and params(s)[0].cpus != 0:
        count_used(s, world(s)[0].now)
    if world(s)[0].actions >= params(s)[0].max_actions and world(s)[0].status == int(Status.RUNNING):
        world(s)[0].status = int(Status.ACTION_LIMIT)


@wp.kernel
def advance(t: Tables, first: int, budget: wp.array[wp.int32]):
    """A world's lane, from world ``first`` on: at most ``budget[0]`` actions; ended worlds and those that wait for growth stay as they are."""
    s = state_of(t, first + wp.tid())
    if world(s)[0].status == int(Status.RUNNING) and world(s)[0].overflow == 0:
        before = keep_subnormals()
        advance_world(s, budget[0])
        restore_subnormals(before)
