"""Threefry-2x32-20 in NumPy: the reference of ``goruntime/rand.py``, bit for bit.

Salmon, Moraes, Dror, Shaw: "Parallel Random Numbers: As Easy as 1, 2, 3" (SC 2011). A block is a function of a key and a counter, two 32-bit words each;
nothing is carried from draw to draw. ``jax.random`` uses the same function.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
PARITY = 0x1BD11BDA
"""Constant of the key schedule (C240 of Skein, its low 32 bits)."""
ROOT = 0x526F6F74
"""Second counter word of the draw that makes the main goroutine's key."""
RUNTIME = 0x52756E74
"""Mask on both words of the root key: the key of the runtime's own stream."""
NOISE = 0x4E6F6973
"""The same for the noise of the machine and the choices of a strategy."""
CHILD = 0x80000000
"""Bit of the second counter word of draws that make a child's key; draws of a stream have it clear."""

Words = NDArray[np.uint32]


def threefry2x32(k0: ArrayLike, k1: ArrayLike, c0: ArrayLike, c1: ArrayLike) -> tuple[Words, Words]:
    """Return the block of key (k0, k1) and counter (c0, c1), two arrays uint32 of the arguments' common shape."""
    keys = [np.asarray(k, dtype=np.uint32) for k in (k0, k1)]
    keys.append(keys[0] ^ keys[1] ^ np.uint32(PARITY))
    with np.errstate(over="ignore"):
        x0 = np.asarray(c0, dtype=np.uint32) + keys[0]
        x1 = np.asarray(c1, dtype=np.uint32) + keys[1]
        for group in range(5):
            for rotation in ROTATIONS[group % 2]:
                x0 = x0 + x1
                x1 = ((x1 << np.uint32(rotation)) | (x1 >> np.uint32(32 - rotation))) ^ x0
            x0 = x0 + keys[(group + 1) % 3]
            x1 = x1 + keys[(group + 2) % 3] + np.uint32(group + 1)
    return x0, x1


def draw64(k0: ArrayLike, k1: ArrayLike, number: ArrayLike) -> NDArray[np.uint64]:
    """Return draw ``number`` (from 0) of the stream of a goroutine with key (k0, k1): uint64, the block's first word low."""
    x0, x1 = threefry2x32(k0, k1, number, 0)
    return x0.astype(np.uint64) | (x1.astype(np.uint64) << np.uint64(32))


def root_key(seed: int, replica: ArrayLike) -> tuple[Words, Words]:
    """Return the key of the main goroutine of world ``replica`` under a seed of 64 bits."""
    return threefry2x32(seed & 0xFFFFFFFF, seed >> 32 & 0xFFFFFFFF, replica, ROOT)


def child_key(k0: ArrayLike, k1: ArrayLike, number: ArrayLike, kind: ArrayLike = 0) -> tuple[Words, Words]:
    """Return the key of the goroutine that one with key (k0, k1) started after ``number`` others of the same ``kind`` of start."""
    return threefry2x32(k0, k1, number, np.asarray(kind, dtype=np.uint32) | np.uint32(CHILD))


def cheaprand(k0: ArrayLike, k1: ArrayLike, number: ArrayLike) -> Words:
    """Return draw ``number`` of the runtime's own stream in the world with root key (k0, k1)."""
    mask = np.uint32(RUNTIME)
    return threefry2x32(np.asarray(k0, dtype=np.uint32) ^ mask, np.asarray(k1, dtype=np.uint32) ^ mask, number, 1)[0]


def uniform(r: int, n: int) -> int:
    """Return what the 64 bits ``r`` draw below ``n`` (1 .. 2^64 - 1)."""
    return r * n >> 64
