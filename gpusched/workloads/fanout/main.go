// Fanout asks what very many parked goroutines cost: receivers all wait on one
// channel, then each gets one message.
package main

import (
	"sync"
	"time"

	"gpusched/work"
)

const receivers = 10000

func main() {
	delivery := work.Histogram("delivery")
	messages := make(chan time.Time)
	var ready, done sync.WaitGroup
	for i := 0; i < receivers; i++ {
		ready.Add(1)
		done.Add(1)
		go func() {
			ready.Done()
			delivery.Since(<-messages)
			done.Done()
		}()
	}
	ready.Wait()
	for i := 0; i < receivers; i++ {
		messages <- time.Now()
	}
	done.Wait()
	work.Snapshot("end")
}
