// os/signal: no signal comes; contexts that wait for one are cancelled by hand.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGHUP)
	defer cancel()
	select {
	case s := <-stop:
		fmt.Println(s)
	case <-ctx.Done():
		fmt.Println(ctx.Err())
	case <-time.After(10 * time.Millisecond):
		fmt.Println("no signal", syscall.SIGTERM, os.Interrupt)
	}
	signal.Stop(stop)
	cancel()
	<-ctx.Done()
	fmt.Println(ctx.Err(), signal.Ignored(syscall.SIGHUP))
	signal.Reset()
}
