// The first case is always ready; only the second ends the loop.
package main

func main() {
	ticks, quit := make(chan int), make(chan bool)
	close(ticks)
	close(quit)
	for {
		select {
		case <-ticks:
		case <-quit:
			return
		}
	}
}
