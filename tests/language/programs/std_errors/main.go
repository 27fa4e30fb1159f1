// Package errors: Is, As, AsType, Join, Unwrap, methods Is and As of the errors themselves, errors that can not be compared.
package main

import (
	"errors"
	"fmt"
)

type coded struct{ code int }

func (e *coded) Error() string { return "coded" }

type plain struct{ name string }

func (e plain) Error() string { return e.name }

type listed []string

func (e listed) Error() string { return "listed" }

type timeout interface{ Timeout() bool }

type slow struct{ error }

func (slow) Timeout() bool   { return true }
func (s slow) Unwrap() error { return s.error }

type like struct{}

func (like) Error() string        { return "like" }
func (like) Is(target error) bool { return target == base }
func (like) As(target any) bool {
	if p, ok := target.(**coded); ok {
		*p = &coded{99}
		return true
	}
	return false
}

var (
	base  = errors.New("base")
	other = errors.New("base")
)

func main() {
	wrapped := slow{base}
	joined := errors.Join(nil, &coded{3}, wrapped)
	fmt.Println(errors.Is(wrapped, base), errors.Is(wrapped, other), errors.Is(joined, base), errors.Is(nil, base), errors.Is(base, nil))
	fmt.Println(errors.Is(plain{"x"}, plain{"x"}), errors.Is(plain{"x"}, plain{"y"}), errors.Is(like{}, base), errors.Is(like{}, other))
	fmt.Println(errors.Is(listed{"a"}, listed{"a"}), errors.Is(slow{listed{"a"}}, base))
	fmt.Println(errors.Unwrap(wrapped) == base, errors.Unwrap(base) == nil, errors.Unwrap(joined) == nil, errors.Join(nil, nil) == nil)

	var c *coded
	fmt.Println(errors.As(joined, &c), c.code)
	fmt.Println(errors.As(like{}, &c), c.code)
	fmt.Println(errors.As(base, &c), errors.As(nil, &c))
	var t timeout
	fmt.Println(errors.As(joined, &t), t.Timeout())
	var p plain
	fmt.Println(errors.As(slow{plain{"inner"}}, &p), p.name)
	var l listed
	fmt.Println(errors.As(slow{listed{"a", "b"}}, &l), len(l), l[1])
	found, ok := errors.AsType[*coded](joined)
	fmt.Println(ok, found.code)
	_, ok = errors.AsType[plain](joined)
	fmt.Println(ok, joined.Error())

	for _, target := range []any{nil, 3, (*plain)(nil), new(int)} {
		try(target)
	}
}

func try(target any) {
	defer func() { fmt.Println(recover()) }()
	errors.As(base, target)
}
