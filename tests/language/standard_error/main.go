// The builtins print and println, called, deferred and in goroutines, with values that are nil; they write to standard error.
package main

func main() {
	defer println(42, true, 1.5, "text", (chan int)(nil), []int(nil), (map[string]int)(nil), (func())(nil), (*int)(nil), any(nil), byte(255))
	defer print("deferred ")
	println((map[string]int)(nil), (func())(nil), error(nil), []string(nil), complex(1, -2), float32(0.5))
	done := make(chan bool)
	go func() {
		defer close(done)
		println("goroutine", uint64(1<<63), int8(-5), 'x', 1e100)
	}()
	<-done
}
