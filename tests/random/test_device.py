# type: ignore  # kernels in Warp are no Python to a type checker
"""The device's draws are the host's, bit for bit."""

import numpy as np
import pytest
import warp as wp

from gpusched.goruntime import rand
from gpusched.goruntime.state import Addresses, G, Tables, World, state_of
from gpusched.random import quantiles, threefry
from gpusched.random.quantiles import Kind

N = 20_000
COLUMNS = 7
SCALES = np.array([-5, 0, 1, 10**6, (1 << 40) + 12345, 1 << 62], dtype=np.int64)


@wp.kernel
def draw_all(t: Tables, scales: wp.array[wp.int64], out: wp.array2d[wp.uint64]):
    """Draw once in each way, one thread after the other."""
    s = state_of(t, 0)
    for i in range(out.shape[0]):
        n = wp.uint32(i)
        a0, a1 = rand.threefry2x32(n, n * n, n ^ wp.uint32(12345), wp.uint32(7))
        out[i, 0] = wp.uint64(a0) | (wp.uint64(a1) << wp.uint64(32))
        r = rand.draw64(s, 1)
        out[i, 1] = r
        out[i, 2] = wp.uint64(rand.quantile(s, i % 2, scales[i % scales.shape[0]], r))
        out[i, 3] = wp.uint64(rand.cheaprand(s))
        c0, c1 = rand.child_key(wp.uint32(1), wp.uint32(2), n, wp.uint32(3))
        out[i, 4] = wp.uint64(c0) | (wp.uint64(c1) << wp.uint64(32))
        d0, d1 = rand.root_key(wp.uint32(1), wp.uint32(2), n)
        out[i, 5] = wp.uint64(d0) | (wp.uint64(d1) << wp.uint64(32))
        out[i, 6] = rand.uniform(r, a_bound(r, i))


@wp.func
def a_bound(r: wp.uint64, i: int) -> wp.uint64:
    """Return a bound of any size, at least 1."""
    return ((r * wp.uint64(6364136223846793005)) >> wp.uint64(i % 64)) | wp.uint64(1)


def joined(pair: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Return two words as one of 64 bits, the first low."""
    return pair[0].astype(np.uint64) | (pair[1].astype(np.uint64) << np.uint64(32))


@pytest.fixture(scope="module")
def drawn() -> np.ndarray:
    """What the CPU draws: uint64[N, COLUMNS]."""
    gs = np.zeros((1, 2), dtype=G.numpy_dtype())
    gs[0, 1]["key0"], gs[0, 1]["key1"] = 11, 12
    worlds = np.zeros(1, dtype=World.numpy_dtype())
    worlds["root_key0"], worlds["root_key1"] = 5, 6
    drawing, counting = wp.array(gs, dtype=G, device="cpu"), wp.array(worlds, dtype=World, device="cpu")
    tables = wp.array(np.stack([quantiles.table(Kind.EXPONENTIAL), quantiles.table(Kind.PARETO, 0.3)]), dtype=wp.int64, device="cpu")
    row = Tables()
    room = wp.empty(1, dtype=Addresses, device="cpu")
    row.addresses = room.ptr
    row.gs, row.worlds, row.quantiles = drawing.ptr, counting.ptr, tables.ptr
    out = wp.zeros((N, COLUMNS), dtype=wp.uint64, device="cpu")
    wp.launch(draw_all, 1, [row, wp.array(SCALES, dtype=wp.int64, device="cpu"), out], device="cpu")
    assert drawing.numpy()[0, 1]["draws"] == counting.numpy()[0]["rand"] == N
    return out.numpy()


def test_words(drawn: np.ndarray) -> None:
    """Blocks, both streams, the keys of children and of the root."""
    n = np.arange(N, dtype=np.uint32)
    assert np.array_equal(drawn[:, 0], joined(threefry.threefry2x32(n, n * n, n ^ np.uint32(12345), 7)))
    assert np.array_equal(drawn[:, 1], threefry.draw64(11, 12, n))
    assert np.array_equal(drawn[:, 3], threefry.cheaprand(5, 6, n))
    assert np.array_equal(drawn[:, 4], joined(threefry.child_key(1, 2, n, 3)))
    assert np.array_equal(drawn[:, 5], joined(threefry.root_key(1 | 2 << 32, n)))


def test_quantiles(drawn: np.ndarray) -> None:
    """Both tables at all scales, also those that are negative or too large."""
    for i in range(2):
        kind, shape = [(Kind.EXPONENTIAL, 0.0), (Kind.PARETO, 0.3)][i]
        rows = np.arange(i, N, 2)
        expected = quantiles.quantile(quantiles.table(kind, shape), SCALES[rows % len(SCALES)], drawn[rows, 1])
        assert np.array_equal(drawn[rows, 2].astype(np.int64), expected)


def test_octaves(drawn: np.ndarray) -> None:
    """The tails are reached: the draws above come from at least 12 octaves."""
    t = drawn[:, 1] & np.uint64((1 << 63) - 1)
    assert len(np.unique(np.floor(np.log2(t.astype(np.float64))))) >= 12


def test_uniform(drawn: np.ndarray) -> None:
    """Numbers below bounds of all sizes."""
    for i, r in enumerate(drawn[:1000, 1].tolist()):
        bound = (r * 6364136223846793005 % 2**64 >> i % 64) | 1
        assert drawn[i, 6] == threefry.uniform(r, bound)
