// Hashes and encodings of the standard library.
package main

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"hash/fnv"
)

func main() {
	text := []byte("what is hashed")
	fmt.Printf("%x\n%x\n%x\n%x\n", md5.Sum(text), sha1.Sum(text), sha256.Sum256(text), sha512.Sum512(text))
	digest := sha256.New()
	for range 100 {
		digest.Write(text)
	}
	fmt.Println(hex.EncodeToString(digest.Sum(nil)), digest.Size(), digest.BlockSize())
	sum := fnv.New64a()
	sum.Write(text)
	fmt.Println(base64.StdEncoding.EncodeToString(text), crc32.ChecksumIEEE(text), sum.Sum64())
}
