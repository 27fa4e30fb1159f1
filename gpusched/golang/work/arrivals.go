package work

import "time"

// Arrivals is an open loop: due times that do not depend on how fast the
// arrivals are served. One goroutine calls Next; the process starts with the
// first call.
type Arrivals struct {
	due     time.Time
	gap     Dist
	on, off Dist          // lengths of the phases
	left    time.Duration // until the phase on under way ends
	bursts  bool
	started bool
}

// Poisson gives arrivals at random, independent times: rate of them per second
// on average.
func Poisson(rate float64) *Arrivals {
	return &Arrivals{gap: Exp(gapOf(rate))}
}

// Periodic gives an arrival every interval.
func Periodic(interval time.Duration) *Arrivals {
	return &Arrivals{gap: Constant(interval)}
}

// Renewal gives arrivals with independent gaps drawn from gap.
func Renewal(gap Dist) *Arrivals {
	return &Arrivals{gap: gap}
}

// OnOff gives bursts: Poisson arrivals at rate per second during phases whose
// mean length is on, and none during phases whose mean length is off; the
// lengths are exponential. The average rate is rate*on/(on+off).
func OnOff(rate float64, on, off time.Duration) *Arrivals {
	return &Arrivals{gap: Exp(gapOf(rate)), on: Exp(on), off: Exp(off), bursts: true}
}

// Next sleeps until the next arrival is due and returns its due time, which is
// before the present time if the caller is late.
func (a *Arrivals) Next() time.Time {
	if !a.started {
		a.started = true
		a.due = time.Now()
		if a.bursts {
			a.left = a.on.Draw()
		}
	}
	gap := a.gap.Draw()
	if a.bursts {
		gap = a.stretch(gap)
	}
	a.due = a.due.Add(gap)
	time.Sleep(time.Until(a.due))
	return a.due
}

// stretch adds the phases off that a gap of time on falls into.
func (a *Arrivals) stretch(gap time.Duration) time.Duration {
	total := gap
	for gap > a.left {
		gap -= a.left
		total += a.off.Draw()
		a.left = a.on.Draw()
	}
	a.left -= gap
	return total
}

func gapOf(rate float64) time.Duration {
	if rate <= 0 {
		panic("work: the rate of arrivals is not above 0")
	}
	return time.Duration(1e9 / rate)
}
