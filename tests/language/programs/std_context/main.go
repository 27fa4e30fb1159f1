// Package context: values, causes, deadlines, AfterFunc, WithoutCancel, and how contexts print.
package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

type key struct{ n int }

type name string

func main() {
	root := context.WithValue(context.Background(), key{1}, "one")
	ctx := context.WithValue(root, name("two"), 2)
	fmt.Println(ctx.Value(key{1}), ctx.Value(key{2}), ctx.Value(name("two")), ctx.Value("two"))

	ctx, cancel := context.WithCancelCause(ctx)
	inner, stop := context.WithTimeout(ctx, time.Hour)
	defer stop()
	done := make(chan string, 2)
	unregister := context.AfterFunc(inner, func() { done <- "after" })
	kept := context.WithoutCancel(inner)
	cancel(errors.New("because"))
	<-inner.Done()
	fmt.Println(inner.Err(), context.Cause(inner), kept.Err(), kept.Value(key{1}), <-done, unregister())

	late, drop := context.WithTimeoutCause(context.Background(), time.Millisecond, errors.New("too slow"))
	defer drop()
	select {
	case <-late.Done():
		fmt.Println(late.Err(), context.Cause(late), errors.Is(late.Err(), context.DeadlineExceeded))
	case <-time.After(time.Second):
		fmt.Println("no deadline")
	}
	_, has := late.Deadline()
	_, none := kept.Deadline()
	fmt.Println(has, none, context.Background(), context.TODO())
	fmt.Println(root)
	fmt.Println(ctx)

	for _, k := range []any{nil, []int{1}} {
		try(k)
	}
}

func try(k any) {
	defer func() { fmt.Println(recover()) }()
	context.WithValue(context.Background(), k, 1)
}
