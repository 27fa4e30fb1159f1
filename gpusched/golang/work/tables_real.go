//go:build !gpusched

package work

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// The tables have the form of gpusched/random/quantiles.py: a side's 2049 rows
// in 2^-20 of the scale, ascending in t, the tail's probability in 2^-64.
const (
	side    = 32*64 + 1
	largest = 1 << 42
	tail    = 1 << 23
)

type rows [2 * side]int64

type tableKey struct {
	kind  int
	shape float64
}

var (
	tablesLock sync.Mutex
	tableOf    = map[tableKey]int{}
	tables     atomic.Pointer[[]*rows]
)

func addTable(r *rows) int {
	tablesLock.Lock()
	defer tablesLock.Unlock()
	return addTableLocked(r)
}

func addTableLocked(r *rows) int {
	var all []*rows
	if old := tables.Load(); old != nil {
		all = slices.Clone(*old)
	}
	all = append(all, r)
	tables.Store(&all)
	return len(all) - 1
}

func table(kind int, shape float64) int {
	tablesLock.Lock()
	defer tablesLock.Unlock()
	key := tableKey{kind, shape}
	n, ok := tableOf[key]
	if !ok {
		n = addTableLocked(makeRows(kind, shape))
		tableOf[key] = n
	}
	return n
}

func quantile(table int, scale int64) int64 {
	r := (*tables.Load())[table]
	value := r.at(rand64())
	if scale > 1<<40 && value > 0 && scale>>20 >= (1<<62)/value {
		return 1 << 62
	}
	return (scale>>20)*value + ((scale&(one-1))*value+one/2)>>20
}

// at returns what 64 random bits draw, in 2^-20 of the scale.
func (r *rows) at(random uint64) int64 {
	t := random &^ (1 << 63)
	k := min(bits.LeadingZeros64(t)-1, 31)
	width := 56 - min(k, 30)
	row := int(random>>63)*side + (31-k)*64 + int(t>>width)&63
	frac := int64(t>>(width-20)) & (one - 1)
	return r[row] + ((r[row+1]-r[row])*frac)>>20
}

// start returns t at the beginning of a side's row.
func start(row int) uint64 {
	octave, segment := row/64, uint64(row%64)
	if octave == 0 {
		return segment << 26
	}
	return 1<<(31+octave) + segment<<(25+octave)
}

func makeRows(kind int, shape float64) *rows {
	var r rows
	guess := 0.0
	for s := range 2 {
		for i := range side {
			t := start(i)
			if s == 1 && i == 0 {
				t = tail
			}
			guess = inverse(kind, shape, math.Ldexp(float64(t), -64), s == 1, guess)
			r[s*side+i] = int64(min(math.RoundToEven(guess*one), largest))
		}
	}
	return &r
}

// inverse returns the quantile whose lower (upper) tail is p, at most 1/2.
func inverse(kind int, shape, p float64, upper bool, guess float64) float64 {
	exceed := -math.Log1p(-p) // -log of the probability to exceed the quantile
	if upper {
		exceed = -math.Log(p)
	}
	switch kind {
	case kindUniform:
		if upper {
			return 1 - p
		}
		return p
	case kindExponential:
		return exceed
	case kindLognormal:
		z := math.Sqrt2 * math.Erfinv(1-2*p)
		if p < 1e-4 {
			z = normalTail(p)
		}
		if !upper {
			z = -z
		}
		return math.Exp(shape * z)
	case kindPareto:
		return math.Exp(exceed / shape)
	case kindWeibull:
		return math.Pow(exceed, 1/shape)
	case kindGamma:
		return gammaInverse(shape, p, upper, guess*shape) / shape
	}
	panic("work: no such distribution")
}

// normalTail returns z that a standard normal exceeds with the small probability p.
func normalTail(p float64) float64 {
	if p == 0 {
		return math.Inf(1)
	}
	z := math.Sqrt(-2 * math.Log(p))
	for range 50 {
		q := math.Erfc(z/math.Sqrt2) / 2
		density := math.Exp(-z*z/2) / math.Sqrt(2*math.Pi)
		// Newton's step on the logarithm, which is nearly linear in the tail.
		step := (math.Log(q) - math.Log(p)) * q / density
		z += step
		if math.Abs(step) < 1e-14*z {
			break
		}
	}
	return z
}

func gammaInverse(a, p float64, upper bool, guess float64) float64 {
	if p == 0 {
		return 0
	}
	low, high := 0.0, a+40*math.Sqrt(a)+60
	x := guess
	if x <= low || x >= high {
		x = high / 2
	}
	for range 300 {
		lower, above, density := gammaTails(a, x)
		excess := lower - p
		if upper {
			excess = p - above
		}
		if excess > 0 {
			high = x
		} else {
			low = x
		}
		next := x - excess/density
		if !(next > low && next < high) {
			next = (low + high) / 2
		}
		if math.Abs(next-x) <= 1e-9*x || high-low <= 1e-14*high {
			return next
		}
		x = next
	}
	return x
}

// gammaTails returns the lower and the upper tail and the density at x.
func gammaTails(a, x float64) (p, q, density float64) {
	lgamma, _ := math.Lgamma(a)
	density = math.Exp(a*math.Log(x)-x-lgamma) / x
	if x < a+1 {
		term := 1 / a
		total := term
		for n := a + 1; term > total*1e-17; n++ {
			term *= x / n
			total += term
		}
		p = total * density * x
		return p, 1 - p, density
	}
	b := x + 1 - a
	c, d := 1e300, 1/b
	h := d
	for i := 1.0; i < 10_000; i++ { // Lentz's method
		an := -i * (i - a)
		b += 2
		d = 1 / (an*d + b)
		c = b + an/c
		h *= d * c
		if math.Abs(d*c-1) < 1e-16 {
			break
		}
	}
	q = h * density * x
	return 1 - q, q, density
}

var units = []struct {
	name string
	ns   float64
}{{"ns", 1}, {"us", 1e3}, {"µs", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"", 1}}

func parseDuration(word string) (int64, error) {
	for _, unit := range units {
		if digits, ok := strings.CutSuffix(word, unit.name); ok {
			x, err := strconv.ParseFloat(digits, 64)
			if err == nil && (x < 0 || x*unit.ns > largest) {
				err = errors.New("a duration is negative or over 73 minutes")
			}
			return int64(math.RoundToEven(x * unit.ns)), err
		}
	}
	return 0, errors.New("no duration")
}

type observed struct {
	ns    int64
	count uint64
}

func parseObserved(text string) ([]observed, error) {
	var all []observed
	for number, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		o := observed{count: 1}
		var err error
		o.ns, err = parseDuration(words[0])
		if err == nil && len(words) == 2 {
			o.count, err = strconv.ParseUint(words[1], 10, 32)
		}
		if err != nil || len(words) > 2 || o.count == 0 {
			return nil, fmt.Errorf("line %d is no duration with an optional count", number+1)
		}
		all = append(all, o)
	}
	if len(all) == 0 {
		return nil, errors.New("no durations")
	}
	slices.SortFunc(all, func(a, b observed) int { return int(a.ns - b.ns) })
	return all, nil
}

// empiricalRows makes the table of a file, linear between neighbouring values.
func empiricalRows(text string) (*rows, error) {
	all, err := parseObserved(text)
	if err != nil {
		return nil, err
	}
	var total uint64
	for _, o := range all {
		total += o.count
	}
	nth := func(n uint64) int64 {
		for _, o := range all {
			if n < o.count {
				return o.ns
			}
			n -= o.count
		}
		return all[len(all)-1].ns
	}
	var r rows
	for s := range 2 {
		for i := range side {
			place, part := bits.Mul64(total-1, start(i))
			if s == 1 {
				var borrow uint64
				part, borrow = bits.Sub64(0, part, 0)
				place, _ = bits.Sub64(total-1, place, borrow)
			}
			low, high := nth(place), nth(place+1)
			between, _ := bits.Mul64(uint64(high-low), part)
			r[s*side+i] = low + int64(between)
		}
	}
	return &r, nil
}
