"""A world's memory is bounded by what its program can reach."""

from pathlib import Path

import pytest

from tests.contract.ensembles import Toy

SHORT_LIVED = """package main

import "fmt"

const goroutines = 300000

func main() {
	done := make(chan int)
	sum := 0
	for i := 0; i < goroutines; i++ {
		twice := i
		go func() {
			twice *= 2
			done <- twice
		}()
		sum += <-done
	}
	fmt.Println(sum)
}
"""

LIST = """package main

import "fmt"

type node struct {
	value int
	next  *node
}

func main() {
	var head *node
	for i := 0; i < 100000; i++ {
		head = &node{i, head}
	}
	garbage := 0
	for i := 0; i < 2000000; i++ {
		garbage += *new(int) + 1
		box := &node{value: i}
		keep = box
	}
	sum := 0
	for n := head; n != nil; n = n.next {
		sum += n.value
	}
	fmt.Println(sum, garbage)
}

var keep *node
"""

REACHABLE = """package main

import (
	"fmt"
	"time"
)

type node struct {
	value int
	next  *node
}

var (
	variable *node
	keys     = map[string]*node{}
	keep     func() int
)

func list(n int) (head *node) {
	for i := 1; i <= n; i++ {
		head = &node{i, head}
	}
	return head
}

func sum(n *node) (total int) {
	for ; n != nil; n = n.next {
		total += n.value
	}
	return total
}

func summing(kept *node, to chan int) func() {
	return func() { to <- sum(kept) }
}

func makeGarbage(n int) {
	c := make(chan int)
	for i := 0; i < n; i++ {
		keep = nil
		garbage(c)
	}
}

func garbage(c chan int) {
	f := summing(&node{-1, nil}, c)
	keep = func() int { f(); return 0 }
	line := [4]*node{{-1, nil}, {-2, nil}, {-3, nil}, {-4, nil}}
	spoiled = line[:]
}

var spoiled []*node

func main() {
	defer fmt.Println("deferred", sum(list(7)))
	variable = list(10)
	keys["a"] = list(11)
	buffered := make(chan *node, 4)
	buffered <- list(12)
	results := make(chan int)
	time.AfterFunc(time.Second, summing(list(13), results))
	parked := make(chan bool)
	go func(kept *node) {
		<-parked
		results <- sum(kept)
	}(list(14))
	several := append(make([]*node, 0, 1), list(15), list(16), list(17))
	inner := &list(18).next.value
	var boxed any = list(19)

	makeGarbage(5000)

	parked <- true
	fmt.Println(sum(variable), sum(keys["a"]), sum(<-buffered), <-results, <-results)
	fmt.Println(sum(several[0]), sum(several[1]), sum(several[2]), *inner, sum(boxed.(*node)))
}
"""


def bytes_at_end(folder: Path, source: str, *overrides: str) -> tuple[int, str]:
    """Runs a program in one world; bytes of its tables at the end, and what it printed."""
    from gpusched.results.outcome import output_text

    (folder / "main.go").write_text(source)
    toy = Toy(str(folder), "machine=zero", "machine.gomaxprocs=2", "machine.num_cpu=2", *overrides)
    engine = toy.engine(threads=1)
    for last in toy.steps(engine, 1 << 22):
        state = last
    row = engine.worlds(state)[0]
    assert row["status"] == 1
    assert row["collections"] > 5
    return sum(engine.bytes(state).values()), output_text(engine, state, toy.program, 0)


@pytest.mark.go
@pytest.mark.parametrize("goroutines", [300_000, pytest.param(10_000_000, marks=pytest.mark.slow)])
def test_short_lived_goroutines(tmp_path: Path, goroutines: int) -> None:
    """Any number of goroutines with captured variables, one alive at a time, in a megabyte."""
    size, output = bytes_at_end(tmp_path, SHORT_LIVED, f"workload.const.goroutines={goroutines}")
    assert output == f"{goroutines * (goroutines - 1)}\n"
    assert size < 1 << 20


@pytest.mark.go
def test_a_long_list_survives(tmp_path: Path) -> None:
    """10^5 nodes are marked again and again while garbage is made beside them."""
    size, output = bytes_at_end(tmp_path, LIST)
    assert output == f"{100000 * 99999 // 2} 2000000\n"
    assert size < 64 << 20


@pytest.mark.go
def test_what_is_reachable_survives(tmp_path: Path) -> None:
    """Lists that hang by a variable, a map, a buffer, a timer, a parked goroutine, a slice's elements, a word within an object, an interface."""
    _, output = bytes_at_end(tmp_path, REACHABLE)
    sums = [n * (n + 1) // 2 for n in range(20)]
    assert output == f"{sums[10]} {sums[11]} {sums[12]} {sums[14]} {sums[13]}\n{sums[15]} {sums[16]} {sums[17]} 17 {sums[19]}\ndeferred {sums[7]}\n"
