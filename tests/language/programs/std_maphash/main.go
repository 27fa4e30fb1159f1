// Packages hash/maphash and crypto/rand: what holds for every seed.
package main

import (
	"crypto/rand"
	"fmt"
	"hash/maphash"
)

type key struct {
	a int
	b string
}

func main() {
	seed := maphash.MakeSeed()
	other := maphash.MakeSeed()
	fmt.Println(maphash.String(seed, "hello") == maphash.Bytes(seed, []byte("hello")), maphash.String(seed, "hello") == maphash.String(other, "hello"))
	var h maphash.Hash
	h.SetSeed(seed)
	h.WriteString("hel")
	h.Write([]byte("lo"))
	fmt.Println(h.Sum64() == maphash.String(seed, "hello"), h.Seed() == seed, h.Size(), h.BlockSize())
	h.Reset()
	h.WriteByte('x')
	fmt.Println(h.Sum64() == maphash.String(seed, "x"), h.Sum64() == maphash.String(seed, "y"), len(h.Sum(nil)))
	fmt.Println(maphash.Comparable(seed, key{1, "a"}) == maphash.Comparable(seed, key{1, "a"}), maphash.Comparable(seed, key{1, "a"}) == maphash.Comparable(seed, key{1, "b"}))
	buckets := map[uint64]bool{}
	for i := range 200 {
		buckets[maphash.Comparable(seed, i)] = true
	}
	fmt.Println(len(buckets))
	long := make([]byte, 1000)
	first := maphash.Bytes(seed, long)
	long[999]++
	fmt.Println(first == maphash.Bytes(seed, long))
	b, c := make([]byte, 13), make([]byte, 13)
	n, err := rand.Read(b)
	rand.Read(c)
	fmt.Println(n, err, string(b) == string(c), len(rand.Text()))
}
