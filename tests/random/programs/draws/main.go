// Draws prints what main and two children of its draw from each distribution.
package main

import (
	"fmt"
	"time"

	"gpusched/work"
)

const scale time.Duration = 1 * time.Millisecond

func draw(done chan<- bool) {
	fmt.Println(int64(work.Exp(scale).Draw()))
	fmt.Println(int64(work.Uniform(scale, 3*scale).Draw()))
	fmt.Println(int64(work.Constant(scale).Draw()))
	fmt.Println(int64(work.Lognormal(scale, 0.5).Draw()))
	fmt.Println(int64(work.Pareto(scale, 1.5).Draw()))
	fmt.Println(int64(work.Gamma(scale, 4).Draw()))
	fmt.Println(int64(work.Weibull(scale, 0.7).Draw()))
	fmt.Println(int64(work.Empirical("backend.txt").Draw()))
	mixed := work.Mixture(work.Part{Weight: 3, Dist: work.Constant(scale)}, work.Part{Weight: 7, Dist: work.Exp(scale)})
	fmt.Println(int64(mixed.Draw()))
	fmt.Println(work.Rand(1000))
	fmt.Println(work.Rand64())
	done <- true
}

func main() {
	done := make(chan bool, 1)
	draw(done)
	<-done
	go draw(done)
	<-done
	go draw(done)
	<-done
}
