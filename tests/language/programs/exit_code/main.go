// Os.Exit ends the process without deferred calls.
package main

import (
	"fmt"
	"os"
)

func main() {
	defer fmt.Println("not reached")
	fmt.Println("leaving")
	os.Exit(3)
}
