// Package godebug has the GODEBUG settings: in the model each is what Go takes when nothing is set.
package godebug

// Setting is one setting.
type Setting struct {
	name string
}

// New is the setting called so; a # before the name says that it is not documented.
func New(name string) *Setting { return &Setting{name} }

// Name is the setting's name.
func (s *Setting) Name() string {
	if s.Undocumented() {
		return s.name[1:]
	}
	return s.name
}

// Undocumented says whether the setting is not documented.
func (s *Setting) Undocumented() bool { return s.name != "" && s.name[0] == '#' }

// String is name=value.
func (s *Setting) String() string { return s.Name() + "=" }

// IncNonDefault counts uses of another value than the default.
func (s *Setting) IncNonDefault() {}

// Value is the setting's value, "" by default.
func (s *Setting) Value() string { return "" }
