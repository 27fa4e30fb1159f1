package testing

// Kinds of events: gpusched/golang/testlog.py reads them.
const (
	ran       = 32 // a test begins: its name
	argument  = 33 // an argument of the goroutine's next saying: its Error or String, and itself
	formatted = 34 // as fmt.Sprintf says the goroutine's arguments: the test's name, the format
	spaced    = 35 // as fmt.Sprintln says them: the test's name
	ended     = 36 // a test ends: its name, PASS, FAIL or SKIP
	measured  = 37 // a benchmark ends: its name, nanoseconds for each turn
	turns     = 38 // and how many turns it did
)

// event records an event: it is made by the model.
func event(kind int, text string, value any)

// refuse ends the process, with the reason: it is made by the model.
func refuse(text string)

// helper marks the function that called this one's caller as one whose lines are not shown.
func helper() {}

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
	event(kind, c.name, format)
}
