package config

import (
	"fmt"
	"strings"
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
func Suggest(name string, known []string) string {
	if near := nearest(name, known); near != "" {
		return fmt.Sprintf("; did you mean %s?", near)
	}
	return ""
}

// nearest returns the known name with the smallest edit distance, "" if all are too far.
func nearest(name string, known []string) string {
	best, least := "", min(3, len(name)/3)+1
	for _, k := range known {
		if d := editDistance(normalizeName(name), normalizeName(k)); d < least {
			best, least = k, d
		}
	}
	return best
}

// normalizeName ignores case, and the difference between dashes and underscores.
func normalizeName(name string) string { return strings.ReplaceAll(strings.ToLower(name), "-", "_") }

// editDistance counts missing, extra, wrong and swapped letters (optimal string
// alignment).
func editDistance(a, b string) int {
	from, to := []rune(a), []rune(b)
	var before, last []int
	for i := range len(from) + 1 {
		row := make([]int, len(to)+1)
		for j := range row {
			if i == 0 || j == 0 {
				row[j] = i + j
				continue
			}
			cost := 1
			if from[i-1] == to[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && from[i-1] == to[j-2] && from[i-2] == to[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(to)]
}
