package main

// Program counters of the model: the row of code plus one, in eight bits the number of the call among those that were inlined there, and two bits that are 2,
// so that the one before means the same. Rows of -1 are calls of the runtime's own: simulatedOwn.
const (
	simulatedCallers = `
// simulatedCallers are the rows of code of the goroutine's frames, innermost first, and of a panic -its kind; simulatedStacks is a table of their texts.
func simulatedCallers(rows *int, n int) int
func simulatedStacks() string

// simulatedGoid is the number of the goroutine that runs; simulatedRefuse ends the world with the reason.
func simulatedGoid() int
func simulatedRefuse(text string)

// simulatedStack is what Stack says of the goroutine that calls it.
func simulatedStack() string {
	var rows [100]int
	text := ""
	for _, row := range rows[:simulatedCallers(&rows[0], len(rows))] {
		switch {
		case row == -24:
			text += "runtime.Goexit(...)\n\truntime/panic.go:694\n"
		case row < 0:
			text += "panic(...)\n\truntime/panic.go:859\n"
		default:
			text += simulatedText(row)
		}
	}
	for lines, i := 2, 0; lines > 0; i++ { // that of Stack itself
		if text[i] == '\n' {
			if lines--; lines == 0 {
				text = text[i+1:]
			}
		}
	}
	goid := ""
	for n := simulatedGoid(); n > 0; n /= 10 {
		goid = string(rune('0'+n%10)) + goid
	}
	return "goroutine " + goid + " [running]:\n" + text
}

// simulatedPCs puts where the calls on the goroutine's stack are, but for the first skip, into pc, and counts them.
func simulatedPCs(skip int, pc []uintptr) int {
	rows := make([]int, max(skip, 0)+len(pc)+8)
	n := -skip
	found := simulatedCallers(&rows[0], len(rows))
	for i, row := range rows[:found] {
		at, calls := uintptr(2), 1
		switch last := i == found-1 && found < len(rows); {
		case row == -24:
			at |= 2 << 2
		case row < 0:
			at |= 1 << 2
		case last && simulatedEntry(row) == 0:
			at |= 3 << 2
		default:
			at |= uintptr(row+1) << 10
			calls = simulatedCalls(row)
		}
		for k := range calls {
			if n >= len(pc) {
				return n
			}
			if n >= 0 {
				pc[n] = at | uintptr(k)<<2
			}
			n++
		}
	}
	if found < len(rows) && 0 <= n && n < len(pc) {
		pc[n] = 4<<2 | 2
		n++
	}
	return max(n, 0)
}

// simulatedOwn is what Go says of the runtime's own calls.
func simulatedOwn(k int) string {
	switch k {
	case 1:
		return "runtime.gopanic(...)\n\truntime/panic.go:859\n"
	case 2:
		return "runtime.Goexit(...)\n\truntime/panic.go:694\n"
	case 3:
		return "runtime.main(...)\n\truntime/proc.go:302\n"
	case 4:
		return "runtime.goexit(...)\n\truntime/asm_amd64.s:1264\n"
	}
	return ""
}

// simulatedEntry is the number of a row's entry in the table of texts.
func simulatedEntry(row int) int {
	table := simulatedStacks()
	low, high := 0, simulatedNumber(table, 0)
	for high-low > 1 {
		if middle := (low + high) / 2; simulatedNumber(table, 3+9*middle) <= row {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}

// simulatedText is what Go prints of a frame and of the calls that were inlined into it.
func simulatedText(row int) string {
	table, entry := simulatedStacks(), simulatedEntry(row)
	start := simulatedNumber(table, 6+9*entry)
	return table[start : start+simulatedNumber(table, 9+9*entry)]
}

func simulatedNumber(table string, at int) int {
	return int(table[at]) | int(table[at+1])<<8 | int(table[at+2])<<16
}

// simulatedCalls counts the calls that a row stands for: each has two lines.
func simulatedCalls(row int) int {
	text, n := simulatedText(row), 0
	for i := range len(text) {
		if text[i] == '\n' {
			n++
		}
	}
	return n / 2
}

// simulatedPlace is the function, file and line of a program counter; "" for none.
func simulatedPlace(pc uintptr) (name, file string, line int) {
	row, k := int(pc>>10)-1, int(pc>>2&255)
	text := ""
	if row < 0 {
		text, k = simulatedOwn(k), 0
	} else {
		text = simulatedText(row)
	}
	for lines, i := 2*k, 0; lines > 0 && i < len(text); i++ {
		if text[i] == '\n' {
			if lines--; lines == 0 {
				text = text[i+1:]
			}
		}
	}
	for i := range len(text) {
		switch {
		case text[i] == '\n' && name == "":
			name, text = text[:i-len("(...)")], text[i+2:]
			return name, simulatedFile(text), simulatedLine(text)
		}
	}
	return "", "", 0
}

// simulatedFile and simulatedLine are what file:line at the beginning of a text says.
func simulatedFile(text string) string {
	for i := range len(text) {
		if text[i] == ':' {
			return text[:i]
		}
	}
	return text
}

func simulatedLine(text string) int {
	line := 0
	for i := len(simulatedFile(text)) + 1; i < len(text) && text[i] != '\n'; i++ {
		line = 10*line + int(text[i]-'0')
	}
	return line
}
`
)
