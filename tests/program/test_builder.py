"""Programs that Hypothesis builds: registers, moves and jumps come out right whatever the pressure."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gpusched.machine.opcodes import Kind, Op
from gpusched.program.builder import Builder
from gpusched.program.ir import Label
from gpusched.program.text import dumps, loads, program_hash
from tests.program.reference import BINARY, Machine, signed

OPS = [Op.ADD, Op.SUB, Op.MUL, Op.XOR, Op.AND, Op.OR]
steps = st.lists(
    st.tuples(st.sampled_from(["op", "imm", "swap", "call", "skip", "loop"]), st.integers(0, 7), st.integers(0, 7), st.integers(-99, 1 << 40)), max_size=25
)


def helper(build: Builder):
    """A function x - 3 * y."""
    made = build.func("main.helper", [Kind.SCALAR, Kind.SCALAR], 1)
    made.ret([made.binary(Op.SUB, made.params[0], made.binary(Op.MUL, made.params[1], 3))])
    return made


def run_both(actions: list[tuple[str, int, int, int]]) -> tuple[str, list[int]]:
    """What the built program prints, and the values that its variables should have."""
    build = Builder()
    called = helper(build)
    main = build.func("main.main")
    values = list(range(1, 9))
    variables = [main.variable(value) for value in values]
    for what, i, j, k in actions:
        op = OPS[k % len(OPS)]
        if what == "op":
            main.move(variables[i], main.binary(op, variables[i], variables[j]))
            values[i] = signed(BINARY[op](values[i], values[j]))
        elif what == "imm":
            main.move(variables[i], main.binary(op, variables[j], k))
            values[i] = signed(BINARY[op](values[j], k))
        elif what == "swap":
            spare = main.variable(variables[i])
            main.move(variables[i], variables[j])
            main.move(variables[j], spare)
            values[i], values[j] = values[j], values[i]
        elif what == "call":
            main.move(variables[i], main.call_function(called, [variables[i], variables[j]])[0])
            values[i] = signed(values[i] - 3 * values[j])
        elif what == "skip":
            past = Label()
            main.branch(Op.JLT, variables[i], variables[j], past)
            main.add_to(variables[i], 5)
            main.label(past)
            values[i] = values[i] if values[i] < values[j] else signed(values[i] + 5)
        else:
            count, head, done = main.variable(0), Label(), Label()
            main.label(head)
            main.branch(Op.JGE, count, k % 5, done)
            main.add_to(variables[i], count)
            main.add_to(count, 1)
            main.jump(head)
            main.label(done)
            values[i] = signed(values[i] + sum(range(k % 5)))
    main.output(*variables)
    main.ret([])
    program = loads(dumps(build.program(main)))
    return Machine(program).run(), values


@settings(max_examples=60, deadline=None)
@given(steps)
def test_random_code(actions: list[tuple[str, int, int, int]]) -> None:
    printed, values = run_both(actions)
    assert printed == " ".join(map(str, values)) + "\n"


def fibonacci(n: int):
    """A program that computes a Fibonacci number by recursion."""
    build = Builder()
    fib = build.func("main.fib", [Kind.SCALAR], 1)
    more = Label()
    fib.branch(Op.JGE, fib.params[0], 2, more)
    fib.ret([fib.params[0]])
    fib.label(more)
    x, y = (fib.call_function(fib, [fib.binary(Op.SUB, fib.params[0], k)])[0] for k in (1, 2))
    fib.ret([fib.binary(Op.ADD, x, y)])
    main = build.func("main.main")
    main.output(main.call_function(fib, [n])[0])
    main.ret([])
    return build.program(main)


def test_recursion() -> None:
    assert Machine(fibonacci(15)).run() == "610\n"


def test_the_hash_is_of_what_decides_results() -> None:
    assert program_hash(fibonacci(5)) == program_hash(fibonacci(5))
    assert program_hash(fibonacci(5)) != program_hash(fibonacci(6))


def test_a_function_may_be_started_and_named() -> None:
    build = Builder()
    worker = build.func("main.worker", [Kind.CHAN])
    worker.send(worker.params[0], 7)
    worker.ret([])
    main = build.func("main.main")
    channel = main.make_chan()
    main.go(worker, [channel])
    value, ok = main.receive(channel)
    main.output(value, ok)
    main.ret([])
    program = build.program(main)
    assert program.lifetimes == ("main.main", "main.worker", "other")
    assert int(program.funcs[worker.number]["lifetimes"]) == 1
