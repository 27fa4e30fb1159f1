// Package sync: Map, Pool, OnceFunc, OnceValue, Cond; sync/atomic: Value, Pointer, Int64 and others.
package main

import (
	"fmt"
	"sort"
	"sync"
	"sync/atomic"
)

type key struct {
	a int
	b string
}

func main() {
	var m sync.Map
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			m.Store(i, i*i)
			m.Store(key{i, "k"}, "v")
			m.LoadOrStore("shared", i)
		})
	}
	wg.Wait()
	var ints []int
	count := 0
	m.Range(func(k, v any) bool {
		count++
		if n, ok := k.(int); ok {
			ints = append(ints, n*100+v.(int))
		}
		return true
	})
	sort.Ints(ints)
	v, ok := m.Load(key{3, "k"})
	_, none := m.Load(key{3, "x"})
	fmt.Println(count, ints, v, ok, none)
	v, loaded := m.LoadAndDelete(2)
	_, again := m.Load(2)
	fmt.Println(v, loaded, again, m.CompareAndSwap(3, 9, 10), m.CompareAndSwap(3, 9, 11), m.CompareAndDelete(3, 10))
	old, was := m.Swap(4, "four")
	now, _ := m.Load(4)
	fmt.Println(old, was, now)
	p := new(int)
	m.Store(p, "pointer")
	v, ok = m.Load(p)
	_, other := m.Load(new(int))
	fmt.Println(v, ok, other)
	m.Clear()
	_, ok = m.Load(4)
	fmt.Println(ok)

	made := atomic.Int32{}
	pool := sync.Pool{New: func() any { made.Add(1); return new([4]int) }}
	x := pool.Get().(*[4]int)
	x[0] = 7
	pool.Put(x)
	fmt.Println(made.Load() >= 1, pool.Get() != nil)

	calls := 0
	once := sync.OnceFunc(func() { calls++ })
	value := sync.OnceValue(func() int { calls++; return 42 })
	pair := sync.OnceValues(func() (string, error) { calls++; return "p", nil })
	for range 3 {
		wg.Go(once)
		wg.Go(func() { value() })
	}
	wg.Wait()
	s, err := pair()
	fmt.Println(calls, value(), s, err)
	bad := sync.OnceFunc(func() { panic("once") })
	for range 2 {
		func() {
			defer func() { fmt.Println(recover()) }()
			bad()
		}()
	}

	var held atomic.Value
	fmt.Println(held.Load(), held.CompareAndSwap(nil, "a"), held.Swap("b"), held.CompareAndSwap("b", "c"), held.CompareAndSwap("b", "d"), held.Load())
	var at atomic.Pointer[key]
	k := &key{1, "x"}
	fmt.Println(at.Load() == nil, at.CompareAndSwap(nil, k), at.Swap(nil) == k)
	var flag atomic.Bool
	var n atomic.Uint64
	fmt.Println(flag.Swap(true), flag.Load(), n.Add(5), n.And(4), n.Or(3), n.Load())
}
