"""Frames: registers of a goroutine, calls of function values, argument lists, and the first frame of a new goroutine.

A frame is an object of its function's frame type: FRAME_LINK, then the registers. A list of registers lies in the ARG rows behind an
instruction, three in a row. A function with captured variables gets the closure's address in register 0, its parameters follow.
"""

import numpy as np
import warp as wp

from gpusched.errors import GpuschedError
from gpusched.goruntime.state import State, code, funcs, gs, mem, types
from gpusched.machine.layout import TYPE_MASK
from gpusched.machine.memory import alloc_inline
from gpusched.machine.opcodes import FRAME_LINK, FRAME_REGS
from gpusched.program.program import Program

wp.set_module_options({"enable_backward": False})


@wp.func(inline=True)
def reg_address(s: State, g: int, reg: int) -> int:
    """Address of a register in g's current frame."""
    return gs(s)[g].frame + FRAME_REGS + reg


@wp.func(inline=True)
def get_reg(s: State, g: int, reg: int) -> wp.int64:
    """Value of a register in g's current frame."""
    return mem(s)[gs(s)[g].frame + FRAME_REGS + reg]


@wp.func(inline=True)
def set_reg(s: State, g: int, reg: int, value: wp.int64):
    """Sets a register in g's current frame."""
    mem(s)[gs(s)[g].frame + FRAME_REGS + reg] = value


@wp.func(inline=True)
def arg_reg(s: State, row: int, i: int) -> int:
    """The i-th register of the list in the ARG rows that follow ``row``."""
    arg = code(s)[row + 1 + i / 3]
    k = i % 3
    if k == 0:
        return arg.a
    if k == 1:
        return arg.b
    return arg.c


@wp.func(inline=True)
def closure_function(s: State, value: wp.int64) -> int:
    """Function of a function value that is not nil."""
    if value < wp.int64(0):
        return int(-value) - 1
    return int(mem(s)[int(value)])


@wp.func(inline=True)
def closure_context(value: wp.int64) -> int:
    """Address of the closure of a function value, 0 for one without captured variables."""
    return int(wp.max(value, wp.int64(0)))


@wp.func(inline=True)
def frame_link(parent: int, back: int) -> wp.int64:
    """FRAME_LINK of a frame that returns to row ``back`` of ``parent``; ``int(link)`` is the parent."""
    return wp.int64(parent) | (wp.int64(back) << wp.int64(32))


@wp.func(inline=True)
def function_of_frame(s: State, frame: int) -> int:
    """Function that a frame belongs to; see ``link_frames``."""
    return types(s)[int(mem(s)[frame - 1]) & TYPE_MASK].compare


@wp.func(inline=True)
def new_frame_inline(s: State, func: int, context: int) -> int:
    """A frame for a call of ``func`` without a caller; ``context`` is the closure's address or 0. Returns 0, with nothing done, if there is no room."""
    frame_type = funcs(s)[func].frame_type
    frame = alloc_inline(s, frame_type, types(s)[frame_type].words)
    if frame != 0 and funcs(s)[func].context != 0:
        mem(s)[frame + FRAME_REGS] = wp.int64(context)
    return frame


@wp.func(inline=False)
def new_frame(s: State, func: int, context: int) -> int:
    """``new_frame_inline``, for where that is rare."""
    return new_frame_inline(s, func, context)


@wp.func(inline=True)
def copy_args(s: State, source: int, row: int, count: int, target: int):
    """Copies the registers listed after ``row`` from the frame ``source`` to the words from ``target`` on."""
    for k in range((count + 2) / 3):
        arg = code(s)[row + 1 + k]
        if arg.a >= 0:
            mem(s)[target + 3 * k] = mem(s)[source + FRAME_REGS + arg.a]
        if arg.b >= 0:
            mem(s)[target + 3 * k + 1] = mem(s)[source + FRAME_REGS + arg.b]
        if arg.c >= 0:
            mem(s)[target + 3 * k + 2] = mem(s)[source + FRAME_REGS + arg.c]


@wp.func(inline=True)
def new_goroutine_frame(s: State, parent: int, func: int, row: int, count: int, context: int) -> int:
    """The first frame of a goroutine that ``parent`` starts: arguments from its registers listed after ``row``; 0, with nothing done: no room."""
    frame = new_frame_inline(s, func, context)
    if frame != 0:
        copy_args(s, gs(s)[parent].frame, row, count, frame + FRAME_REGS + funcs(s)[func].context)
    return frame


@wp.func(inline=False)
def called_frame(s: State, parent: int, back: int, value: wp.int64, args: int, count: int) -> int:
    """The frame of a call of a function value with ``count`` arguments that lie at ``args``; it returns to row ``back`` of ``parent``. 0: no room."""
    func = closure_function(s, value)
    frame = new_frame(s, func, closure_context(value))
    if frame != 0:
        mem(s)[frame + FRAME_LINK] = frame_link(parent, back)
        target = frame + FRAME_REGS + funcs(s)[func].context
        for i in range(count):
            mem(s)[target + i] = mem(s)[args + i]
    return frame


def link_frames(program: Program) -> np.ndarray:
    """The program's types with ``compare`` of each frame type set to its function, so that a frame tells whose it is, and ``flags`` to its scale."""
    types = program.types.copy()
    owners, count = np.unique(program.funcs["frame_type"], return_counts=True)
    if (count > 1).any():
        shared = int(owners[np.argmax(count)])
        raise GpuschedError(f"several functions have the frame type {shared}", "the program", "give each function a frame type of its own")
    types["compare"][program.funcs["frame_type"]] = np.arange(len(program.funcs))
    for function, thousandths in program.scales:
        types["flags"][program.funcs["frame_type"][function]] = thousandths
    return types
