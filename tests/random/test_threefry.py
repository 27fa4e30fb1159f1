"""Threefry-2x32-20 against the published vectors of Random123 (kat_vectors), and the streams made of it."""

import numpy as np
import pytest

from gpusched.random import threefry

# key words, counter words, block: "threefry2x32 20" of Random123's kat_vectors.
PUBLISHED = [
    ((0x00000000, 0x00000000), (0x00000000, 0x00000000), (0x6B200159, 0x99BA4EFE)),
    ((0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF), (0x1CB996FC, 0xBB002BE7)),
    ((0x13198A2E, 0x03707344), (0x243F6A88, 0x85A308D3), (0xC4923A9C, 0x483DF7A0)),
]


@pytest.mark.parametrize(("key", "counter", "block"), PUBLISHED)
def test_published_vectors(key: tuple[int, int], counter: tuple[int, int], block: tuple[int, int]) -> None:
    """The three known answers."""
    assert tuple(int(word) for word in threefry.threefry2x32(*key, *counter)) == block


def test_vectorised_equals_one_by_one() -> None:
    """Arrays of keys and counters give what single calls give."""
    words = np.arange(40, dtype=np.uint32).reshape(4, 10) * np.uint32(2654435761)
    x0, x1 = threefry.threefry2x32(*words)
    for i in range(10):
        assert (x0[i], x1[i]) == threefry.threefry2x32(*words[:, i])


def test_streams_are_apart() -> None:
    """A goroutine's draws, its children's keys, the root's and the runtime's draws are different blocks."""
    k0, k1 = threefry.root_key(0, 0)
    numbers = np.arange(1000)
    c0, c1 = threefry.child_key(k0, k1, numbers)
    own = np.concatenate([threefry.draw64(k0, k1, numbers), c0.astype(np.uint64) | c1.astype(np.uint64) << np.uint64(32), threefry.cheaprand(k0, k1, numbers)])
    assert len(np.unique(own)) == 3000
    assert len(np.unique(threefry.child_key(k0, k1, numbers, 1)[0])) == 1000
    assert not np.array_equal(threefry.child_key(k0, k1, numbers, 1), (c0, c1))


def test_seeds_use_all_their_bits() -> None:
    """Each half of a 64-bit seed and the replica change the root key."""
    keys = {tuple(int(word) for word in threefry.root_key(seed, replica)) for seed in (0, 1, 1 << 32, 1 << 63) for replica in (0, 1)}
    assert len(keys) == 8


def test_uniform_is_below_its_bound() -> None:
    """The largest word draws n - 1, the least 0."""
    for n in (1, 2, 3, 10**9, (1 << 64) - 1):
        assert threefry.uniform(0, n) == 0
        assert threefry.uniform((1 << 64) - 1, n) == n - 1
