// Fmt: Print, Println, Printf of basic values.
package main

import "fmt"

type level int

func main() {
	fmt.Print("a", "b", 1, 2, true, "c", 3, "\n")
	fmt.Print(1, 2, "x", "y", 'z', "\n")
	fmt.Println()
	fmt.Println("int", -5, int8(-128), uint64(18446744073709551615), uintptr(16))
	fmt.Println("text", "with spaces", "", "tab\tand \"quotes\"", 'x', level(3))
	fmt.Println(true, false, nil, 1.0, 2.5, float32(0.1), 1e6, 1e21, -0.000001)
	fmt.Printf("%d|%5d|%-5d|%05d|%x|%X|%o|%b|%c|%q\n", 42, 42, 42, 42, 255, 255, 8, 5, 'A', 'A')
	fmt.Printf("%s|%10s|%-10s|%q|%v|%t|%%\n", "go", "go", "go", "go", "go", true)
	fmt.Printf("%v %v %v %d%%\n", 1, "two", false, 50)
	fmt.Printf("%.2f|%8.3f|%e|%g\n", 3.14159, 2.71828, 12345.678, 0.5)
	fmt.Printf("%T %T %T\n", 1, "s", true)
	fmt.Printf("%x|%X|%v|%d|%q|%s|%8x|%x\n", [3]byte{1, 171, 3}, [3]byte{1, 171, 3}, [2]byte{1, 2}, [2]byte{1, 2}, [2]byte{65, 66}, [2]byte{65, 66}, [2]byte{}, [2]uint16{10, 11})
	fmt.Printf("%x %X %x %x %x %.2x %.0x %.1x %10x %x\n", 3.5, -1e-310, 0.0, 1e300, float32(0.1), 1.999, 1.5, -1.97, 2.0, 5e-324)
	wrong := "%d %s %d\n"
	fmt.Printf(wrong, "wrong", 7)
	fmt.Printf(wrong, 1, "two", 3, 4)
	fmt.Println()
}
