// Sync/atomic: typed and untyped operations, pointers, Value.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type config struct{ version int }

type cell struct {
	value int
	next  *cell
}

// stack is a lock-free stack.
type stack struct{ head atomic.Pointer[cell] }

func (s *stack) push(v int) {
	for {
		old := s.head.Load()
		if s.head.CompareAndSwap(old, &cell{v, old}) {
			return
		}
	}
}

func main() {
	var n atomic.Int64
	var m int32
	var flag atomic.Bool
	var u atomic.Uint32
	var st stack
	var wg sync.WaitGroup
	for i := range 10 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 10 {
				n.Add(int64(i))
				atomic.AddInt32(&m, -1)
				u.Add(^uint32(0))
			}
			st.push(i)
			flag.Store(true)
		}()
	}
	wg.Wait()
	fmt.Println(n.Load(), atomic.LoadInt32(&m), u.Load(), flag.Load())
	sum := 0
	for c := st.head.Load(); c != nil; c = c.next {
		sum += c.value
	}
	fmt.Println(sum)
	fmt.Println(n.Swap(7), n.CompareAndSwap(8, 9), n.CompareAndSwap(7, 9), n.Load())
	fmt.Println(n.And(8), n.Or(3), n.Load(), flag.Swap(false), flag.CompareAndSwap(false, true))
	var small atomic.Int32
	small.Store(-2147483648)
	fmt.Println(small.Add(-1), atomic.SwapInt32(&m, 5), m)
	var p atomic.Pointer[config]
	fmt.Println(p.Load() == nil)
	first := &config{1}
	p.Store(first)
	fmt.Println(p.CompareAndSwap(first, &config{2}), p.Load().version)
	var v atomic.Value
	fmt.Println(v.Load() == nil)
	v.Store(config{3})
	fmt.Println(v.Load().(config).version)
	var x uint64
	atomic.StoreUint64(&x, 1<<63)
	fmt.Println(atomic.AddUint64(&x, 1<<63+5), atomic.CompareAndSwapUint64(&x, 5, 6), x)
}
