package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"
	"golang.org/x/sync/singleflight"
)

func main() {
	g, ctx := errgroup.WithContext(context.Background())
	g.SetLimit(2)
	for i := range 4 {
		g.Go(func() error {
			time.Sleep(time.Duration(i) * time.Millisecond)
			if i == 2 {
				return errors.New("two")
			}
			return nil
		})
	}
	fmt.Println(g.Wait(), ctx.Err(), context.Cause(ctx))
	s := semaphore.NewWeighted(3)
	fmt.Println(s.Acquire(context.Background(), 2), s.TryAcquire(2), s.TryAcquire(1))
	s.Release(3)
	var group singleflight.Group
	v, err, shared := group.Do("k", func() (any, error) { return 42, nil })
	fmt.Println(v, err, shared)
}
