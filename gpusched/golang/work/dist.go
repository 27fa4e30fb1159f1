package work

import "time"

// Kinds of quantile tables; the same numbers as in gpusched/random/quantiles.py.
const (
	kindUniform     = 1 // 0 .. 1
	kindExponential = 2 // mean 1
	kindLognormal   = 3 // median 1, shape sigma
	kindPareto      = 4 // least 1, shape alpha
	kindGamma       = 5 // mean 1, shape k
	kindWeibull     = 6 // scale 1, shape k
)

// one is the scale at which the values of an empirical table are nanoseconds.
const one = 1 << 20

// Dist is a distribution of durations. The zero Dist always draws 0.
type Dist struct {
	lo    int64 // ns added to each draw
	scale int64 // ns; 0: a constant
	table int
	parts *mixture
}

type mixture struct {
	parts []Part
	total int
}

// Part is one distribution of a mixture: it is drawn from with probability
// Weight divided by the sum of all weights.
type Part struct {
	Weight int
	Dist   Dist
}

// Constant always draws d.
func Constant(d time.Duration) Dist {
	return Dist{lo: int64(d)}
}

// Uniform draws evenly from lo to hi.
func Uniform(lo, hi time.Duration) Dist {
	if lo > hi {
		panic("work.Uniform: lo is above hi")
	}
	return Dist{lo: int64(lo), scale: int64(hi - lo), table: table(kindUniform, 0)}
}

// Exp draws from the exponential distribution with the given mean.
func Exp(mean time.Duration) Dist {
	return Dist{scale: positive(mean), table: table(kindExponential, 0)}
}

// Lognormal draws durations whose logarithm is normal with standard deviation
// sigma: half of them are below median. sigma must be a constant.
func Lognormal(median time.Duration, sigma float64) Dist {
	return Dist{scale: positive(median), table: table(kindLognormal, sigma)}
}

// Pareto draws durations of at least least that exceed x with probability
// (least/x)^alpha. alpha must be a constant. Draws are at most 2^22 times least.
func Pareto(least time.Duration, alpha float64) Dist {
	return Dist{scale: positive(least), table: table(kindPareto, alpha)}
}

// Gamma draws from the gamma distribution with the given mean and shape k (the
// squared coefficient of variation is 1/k). k must be a constant.
func Gamma(mean time.Duration, k float64) Dist {
	return Dist{scale: positive(mean), table: table(kindGamma, k)}
}

// Weibull draws durations that exceed x with probability exp(-(x/scale)^k).
// k must be a constant.
func Weibull(scale time.Duration, k float64) Dist {
	return Dist{scale: positive(scale), table: table(kindWeibull, k)}
}

// Mixture draws from one of its parts, chosen by their weights.
func Mixture(parts ...Part) Dist {
	total := 0
	for i := range parts {
		if parts[i].Weight < 0 {
			panic("work.Mixture: a weight is negative")
		}
		total += parts[i].Weight
	}
	if total == 0 {
		panic("work.Mixture: the weights are all 0")
	}
	return Dist{parts: &mixture{parts: parts, total: total}}
}

// Empirical draws from observed durations, linear between neighbours. A line of
// the file is a duration (1.5ms, 200us, a plain number is ns) and, optionally
// after a space, how often it was seen; # begins a comment. The path must be a
// constant and is relative to the source file that calls Empirical.
func Empirical(path string) Dist {
	return Dist{scale: one, table: empirical(path)}
}

// Draw returns one duration of the distribution.
func (d Dist) Draw() time.Duration {
	if d.parts != nil {
		d = d.parts.choose()
	}
	if d.scale == 0 {
		return time.Duration(d.lo)
	}
	return time.Duration(d.lo + quantile(d.table, d.scale))
}

// choose returns the part that is drawn, which is no mixture itself.
func (m *mixture) choose() Dist {
	for {
		n := int(uniform(uint64(m.total)))
		i := 0
		for n >= m.parts[i].Weight {
			n -= m.parts[i].Weight
			i++
		}
		if m.parts[i].Dist.parts == nil {
			return m.parts[i].Dist
		}
		m = m.parts[i].Dist.parts
	}
}

func positive(d time.Duration) int64 {
	if d < 0 {
		panic("work: a distribution's scale is negative")
	}
	return int64(d)
}
