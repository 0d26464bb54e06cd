package config

import (
	"fmt"
	"strings"

	"hdpadmin/internal/tomlfile"
)

// Problem describes one wrong setting.
type Problem struct {
	Where string // --flag, VARIABLE, or file:line
	What  string // what was expected, with a suggestion; never a secret
}

func (p Problem) Error() string { return p.Where + ": " + p.What }

// Problems lists everything that is wrong. None of the settings applies then.
type Problems []Problem

func (p Problems) Error() string {
	if len(p) == 1 {
		return p[0].Error()
	}
	lines := []string{fmt.Sprintf("%d settings are wrong, and none of them is applied:", len(p))}
	for _, one := range p {
		lines = append(lines, one.Error())
	}
	return strings.Join(lines, "\n    ")
}

// Suggest returns "; did you mean X?" for the nearest known name, "" if none is near.
func Suggest(name string, known []string) string { return tomlfile.Suggest(name, known) }

func normalizeName(name string) string { return strings.ReplaceAll(strings.ToLower(name), "-", "_") }
