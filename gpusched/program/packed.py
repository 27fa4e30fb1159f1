"""A program as bytes that are read back fast: what the cache of lowered programs holds. Shipped programs are text (program/text.py).

A line of JSON with everything but the arrays, and each array's name, dtype and shape; then the arrays' bytes in that order. The reader trusts
nothing but its own shapes: who stores such bytes keeps their digest.
"""

import dataclasses
import json
from typing import Any

import numpy as np

from gpusched.program.program import Constant, Program


def pack(program: Program) -> bytes:
    """The program as bytes."""
    head: dict[str, Any] = {"arrays": []}
    body = b""
    for field in dataclasses.fields(program):
        value = getattr(program, field.name)
        if isinstance(value, np.ndarray):
            head["arrays"].append([field.name, np.lib.format.dtype_to_descr(value.dtype), list(value.shape)])
            body += value.tobytes()
        elif field.name == "initial":
            head["initial"] = list(value.items())
        else:
            head[field.name] = [dataclasses.astuple(one) for one in value] if field.name == "constants" else value
    return json.dumps(head).encode() + b"\n" + body


def unpack(data: bytes) -> Program:
    """The program that ``pack`` wrote."""
    line, body = data.split(b"\n", 1)
    head = json.loads(line)
    fields: dict[str, Any] = {name: _frozen(value) for name, value in head.items() if name not in ("arrays", "initial", "constants")}
    fields["initial"] = {int(at): int(word) for at, word in head["initial"]}
    fields["constants"] = tuple(Constant(*constant) for constant in head["constants"])
    at = 0
    for name, descr, shape in head["arrays"]:
        dtype = np.dtype([tuple(column) for column in descr] if isinstance(descr, list) else descr)
        count = int(np.prod(shape, dtype=np.int64))
        fields[name] = np.frombuffer(body, dtype, count, at).reshape(shape).copy()
        at += count * dtype.itemsize
    return Program(**fields)


def _frozen(value: Any) -> Any:
    """Lists as the tuples that they were."""
    return tuple(_frozen(one) for one in value) if isinstance(value, list) else value
