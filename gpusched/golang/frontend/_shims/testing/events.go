package testing

// Kinds of events: gpusched/gotest/said.py reads them.
const (
	ran       = 32 // a test begins: its name
	argument  = 33 // an argument of the goroutine's next saying: its Error or String, and itself
	formatted = 34 // as fmt.Sprintf says the goroutine's arguments: the test's name, the format
	spaced    = 35 // as fmt.Sprintln says them: the test's name
	ended     = 36 // a test ends: its name, PASS, FAIL or SKIP
	measured  = 37 // a benchmark ends: its name, nanoseconds for each turn
	turns     = 38 // and how many turns it did
	called    = 39 // where the goroutine's next saying comes from: rows of code, as place writes them
	helping   = 40 // a function whose lines are not shown: the test's name, as called
)

// event records an event: it is made by the model.
func event(kind int, text string, value any)

// refuse ends the process, with the reason: it is made by the model.
func refuse(text string)

// callers puts the rows of code at which the goroutine's frames stand, innermost first, to the place of n integers, and counts them: it is made by the model.
func callers(rows *int, n int) int

// depth is how many frames are told of a call.
const depth = 24

// stack is where a goroutine stands.
type stack struct {
	rows [depth]int
	n    int
}

// text is four characters for each frame, six bits in each.
func (at *stack) text() string {
	text := make([]byte, 0, 4*depth)
	for _, row := range at.rows[:at.n] {
		text = append(text, '0'+byte(row>>18&63), '0'+byte(row>>12&63), '0'+byte(row>>6&63), '0'+byte(row&63))
	}
	return string(text)
}

// helper marks the function that called this one's caller as one whose lines are not shown, if it was not marked at that place before.
func (c *common) helper() {
	at := new(stack)
	at.n = callers(&at.rows[0], 4)
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, before := range c.helpers {
		if before == at.rows {
			return
		}
	}
	c.helpers = append(c.helpers, at.rows)
	event(helping, c.name, at.text())
}

// stringer is fmt.Stringer.
type stringer interface{ String() string }

// say records what a test says. One goroutine's events belong together, as nothing of its own comes between them.
func (c *common) say(kind int, format string, args []any) {
	for _, value := range args {
		switch shown := value.(type) {
		case error:
			event(argument, shown.Error(), value)
		case stringer:
			event(argument, shown.String(), value)
		default:
			event(argument, "", value)
		}
	}
	at := new(stack)
	at.n = callers(&at.rows[0], depth)
	event(called, at.text(), nil)
	event(kind, c.name, format)
}
