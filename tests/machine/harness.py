"""A bench for the machine alone: worlds with one goroutine each, and a kernel that runs local instructions without a scheduler."""

from typing import Any

import numpy as np
import warp as wp

from gpusched.goruntime import state as tables
from gpusched.goruntime.outcome import Outcome
from gpusched.goruntime.state import CLASSES, PAGE, Overflow, PanicKind, Status, code, gs, state_of, world
from gpusched.machine.frames import get_reg, link_frames
from gpusched.machine.layout import init_world_memory, least_pages
from gpusched.machine.local import run_local
from gpusched.machine.memory import collect
from gpusched.machine.opcodes import FRAME_REGS, IMM, Kind, Op
from gpusched.machine.outcome import LocalOutcome
from gpusched.machine.output import output_event
from gpusched.machine.panics import start_panic
from gpusched.program.program import Program

wp.set_module_options({"enable_backward": False})
wp.config.quiet = True

R = IMM
"""Added to an opcode: the operand c is an immediate."""


@wp.kernel
def drive(t: tables.Tables, max_actions: int, finish: int):
    """Runs every world alone: PANIC panics, SYS is taken for output, other starting instructions are skipped."""
    s = state_of(t, wp.tid())
    n = int(0)
    while n < max_actions and world(s)[0].status == Status.RUNNING and world(s)[0].overflow == 0:
        started = int(0)
        ins = code(s)[gs(s)[1].pc]
        outcome = int(Outcome.CONTINUE)
        if ins.op == Op.PANIC:
            outcome = start_panic(s, 1, 1, int(PanicKind.VALUE), get_reg(s, 1, ins.a), get_reg(s, 1, ins.b))
            started = 1
        elif ins.op == Op.SYS:
            outcome = output_event(s, 1, gs(s)[1].pc, wp.int64(n))
            if outcome == Outcome.CONTINUE:
                gs(s)[1].pc += 1 + (ins.b + 2) / 3
            started = 1
        elif ins.op >= Op.GO:
            gs(s)[1].pc += 1
            started = 1
        if outcome == Outcome.CONTINUE:
            end = run_local(s, 1, 1, started)
            if end == LocalOutcome.GOEXIT:
                world(s)[0].status = Status.COMPLETED
            if end != LocalOutcome.STALLED:
                n += 1
    world(s)[0].actions += wp.int64(n)
    if finish != 0:
        collect(s)


class Bench:
    """A program's worlds on the CPU; ``run`` goes on until every world has ended, growing memory when asked."""

    def __init__(self, program: Program, worlds: int = 1, pages: int = 0, max_pages: int = 1 << 20, **params: int) -> None:
        """Makes the tables; ``pages``: capacity of memory."""
        self.program = program
        self.types = link_frames(program)
        pages = pages or least_pages(program)
        self.params = np.zeros(worlds, tables.Params.numpy_dtype())
        self.params["max_pages"] = max_pages
        self.params["output_words"] = 1 << 16
        self.params["output_events"] = 1 << 40
        for name, value in params.items():
            self.params[name] = value

        def make(struct: Any, *shape: int) -> Any:
            return np.zeros((worlds, *shape), struct.numpy_dtype())

        self.worlds, self.ps, self.gs = make(tables.World), make(tables.P, 3), make(tables.G, 4)
        self.chans, self.sudogs, self.timers = make(tables.Chan, 64), make(tables.Sudog, 8), make(tables.Timer, 8)
        self.pages, self.classes = make(tables.Page, pages), make(tables.SizeClass, CLASSES + 1)
        self.touched, self.lines = np.zeros((worlds, 4), np.uint32), np.zeros((worlds, tables.LINES), np.uint32)
        self.branches = np.zeros((worlds, 3 * 4 * tables.BRANCHES), np.uint32)
        self.mem, self.out = np.zeros((worlds, pages * PAGE), np.int64), np.zeros((worlds, 4096), np.int64)
        self.gs["frame"][:, 1] = init_world_memory(program, self.params, self.worlds, self.mem, self.pages, self.classes)
        self.gs["pc"][:, 1] = program.funcs["entry"][program.entry]
        self.gs["status"][:, 1] = tables.GStatus.RUNNING
        self.worlds["allgs"] = 1
        self.growths = 0
        self.prog = device_program(program, self.types)

    def step(self, actions: int, finish: bool = False) -> None:
        """Runs at most ``actions`` actions of every world, then collects if asked."""
        names = ["params", "worlds", "ps", "gs", "chans", "sudogs", "timers", "mem", "pages", "classes", "out", "branches", "touched", "lines"]
        structs = [tables.Params, tables.World, tables.P, tables.G, tables.Chan, tables.Sudog, tables.Timer, wp.int64, tables.Page, tables.SizeClass, wp.int64]
        structs += [wp.uint32, wp.uint32, wp.uint32]
        arrays = [wp.array(getattr(self, name), dtype=struct, device="cpu") for name, struct in zip(names, structs, strict=True)]
        row = tables.Tables()
        for name, array in zip(names, arrays, strict=True):
            setattr(row, name, array.ptr)
            setattr(row, f"{name}_bytes", array.strides[0])
        for name, array in self.prog.items():
            setattr(row, name, array.ptr)
        caps = tables.Caps()
        for name in ("gs", "chans", "sudogs", "timers", "pages", "out"):
            setattr(caps, name, getattr(self, name).shape[1])
        caps.words, caps.methods, caps.interfaces = self.mem.shape[1], self.program.itab.shape[1], self.program.implements.shape[1]
        caps.rodata, caps.tables, caps.preprint = len(self.program.rodata), len(self.program.tables), self.program.preprint
        caps.scaled = int(bool(self.program.scales))
        held = wp.array([caps], dtype=tables.Caps, device="cpu")
        row.caps = held.ptr
        room = wp.empty(len(self.worlds), dtype=tables.Addresses, device="cpu")
        row.addresses = room.ptr
        wp.launch(drive, dim=len(self.worlds), inputs=[row, actions, int(finish)], device="cpu")
        for name, array in zip(names, arrays, strict=True):
            setattr(self, name, array.numpy().copy())

    def run(self, actions: int = 1 << 30) -> "Bench":
        """Until all worlds have ended or done ``actions`` actions."""
        while True:
            self.step(actions)
            if not self.worlds["overflow"].any():
                return self
            assert (self.worlds["overflow"] & ~int(Overflow.PAGES) == 0).all()
            self.worlds["overflow"] = 0
            self.grow()

    def grow(self) -> None:
        """Doubles memory."""
        self.growths += 1
        self.pages = np.concatenate([self.pages, np.zeros_like(self.pages)], axis=1)
        self.mem = np.concatenate([self.mem, np.zeros_like(self.mem)], axis=1)

    def reg(self, i: int, world: int = 0) -> int:
        """A register of the goroutine's current frame."""
        return int(self.mem[world, self.gs["frame"][world, 1] + FRAME_REGS + i])

    def word(self, i: int, world: int = 0) -> int:
        """Word i of the globals."""
        return int(self.mem[world, tables.GLOBALS + i])


def device_program(program: Program, types: np.ndarray) -> dict[str, object]:
    """The program's arrays as the kernel takes them."""
    structs = {"code": (program.code, tables.Insn), "funcs": (program.funcs, tables.Func), "types": (types, tables.Type)}
    words = {"consts": wp.int64, "kinds": wp.int32, "itab": wp.int32, "implements": wp.int32, "rodata": wp.int32, "quantiles": wp.int64, "tables": wp.int64}
    structs |= {name: (getattr(program, name), dtype) for name, dtype in words.items()}
    return {name: wp.array(array, dtype=dtype, device="cpu") for name, (array, dtype) in structs.items()}


class Assembler:
    """Puts a program together from rows; function 0 is the entry."""

    def __init__(self, global_kinds: tuple = (Kind.SCALAR,) * 16) -> None:
        """Starts with row 0 and the four types that every program has."""
        self.code = [(int(Op.UNWIND), 0, 0, 0)]
        self.types, self.kinds = [], []
        self.funcs, self.rodata = [], []
        for kinds in ((), (Kind.SCALAR,), (Kind.POINTER,), (Kind.CHAN, Kind.SCALAR, Kind.TIMER)):
            self.type(kinds)
        self.globals_type = self.type(global_kinds)

    def type(self, kinds: tuple, compare: int = 0, flags: int = 0, fields: tuple = ()) -> int:
        """A type of words of these kinds; its number."""
        self.types.append((len(kinds), len(self.kinds), compare, flags))
        self.kinds += [int(kind) for kind in kinds] + list(fields)
        return len(self.types) - 1

    def text(self, text: str) -> tuple[int, int]:
        """Address and length of a constant string."""
        self.rodata += list(text.encode())
        return -(len(self.rodata) - len(text.encode()) + 1), len(text.encode())

    def func(
        self, rows: list, regs: tuple = (Kind.SCALAR,) * 8, *, params: int = 0, results: int = 0, context: int = 0, defers: int = -1, recover: int = -1
    ) -> int:
        """A function whose jump targets count from its first row; its number."""
        entry = len(self.code)
        jumps = set(range(Op.JEQ, Op.JGEU + 1)) | set(range(Op.JEQ + IMM, Op.JGEU + IMM + 1)) | {int(Op.JMP)}
        for row in rows:
            op, a, b, c = (*row, 0, 0, 0)[:4]
            self.code.append((int(op), a + entry if op in jumps else a, b, c))
        frame = self.type((Kind.POINTER, *regs))
        self.funcs.append((entry, frame, params, results, context, defers, recover + entry if recover >= 0 else -1, 0))
        return len(self.funcs) - 1

    def program(self, itab: np.ndarray | None = None) -> Program:
        """The whole."""
        count = len(self.types)
        return Program(
            code=np.array(self.code, tables.Insn.numpy_dtype()),
            consts=np.array([-(1 << 63), (1 << 63) - 1, 0x0123456789ABCDEF], np.int64),
            funcs=np.array(self.funcs, tables.Func.numpy_dtype()),
            types=np.array(self.types, tables.Type.numpy_dtype()),
            kinds=np.array(self.kinds or [0], np.int32),
            itab=itab if itab is not None else np.full((count, 1), -1, np.int32),
            implements=np.zeros((count, 1), np.int32),
            rodata=np.array(self.rodata or [0], np.int32),
            quantiles=np.zeros((1, 4098), np.int64),
            tables=np.zeros((1, 2), np.int64),
            entry=0,
            globals_type=self.globals_type,
        )
