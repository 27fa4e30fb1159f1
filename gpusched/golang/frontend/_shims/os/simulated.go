package os

import "sync"

// simulatedVariables is the environment of a world, which begins without a variable.
var simulatedVariables struct {
	sync.RWMutex
	names  []string
	values map[string]string
}

func simulatedLookup(name string) (string, bool) {
	simulatedVariables.RLock()
	defer simulatedVariables.RUnlock()
	value, ok := simulatedVariables.values[name]
	return value, ok
}

func simulatedSet(name, value string) error {
	if name == "" {
		return NewSyscallError("setenv", ErrInvalid)
	}
	for i := range len(name) {
		if name[i] == '=' || name[i] == 0 {
			return NewSyscallError("setenv", ErrInvalid)
		}
	}
	simulatedVariables.Lock()
	defer simulatedVariables.Unlock()
	if simulatedVariables.values == nil {
		simulatedVariables.values = map[string]string{}
	}
	if _, known := simulatedVariables.values[name]; !known {
		simulatedVariables.names = append(simulatedVariables.names, name)
	}
	simulatedVariables.values[name] = value
	return nil
}

func simulatedUnset(name string) error {
	simulatedVariables.Lock()
	defer simulatedVariables.Unlock()
	delete(simulatedVariables.values, name)
	var left []string
	for _, each := range simulatedVariables.names {
		if each != name {
			left = append(left, each)
		}
	}
	simulatedVariables.names = left
	return nil
}

func simulatedClear() {
	simulatedVariables.Lock()
	defer simulatedVariables.Unlock()
	simulatedVariables.names, simulatedVariables.values = nil, nil
}

func simulatedEnviron() []string {
	simulatedVariables.RLock()
	defer simulatedVariables.RUnlock()
	list := make([]string, 0, len(simulatedVariables.names))
	for _, name := range simulatedVariables.names {
		list = append(list, name+"="+simulatedVariables.values[name])
	}
	return list
}
