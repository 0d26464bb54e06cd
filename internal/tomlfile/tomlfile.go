// Package tomlfile reads TOML files strictly: it knows the line of every key and collects everything
// that is wrong. It knows nothing of what a file means.
package tomlfile

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// Problem is one thing that is wrong in a file.
type Problem struct {
	Path string
	Line int // 0 if it is not about a line
	What string
}

func (p Problem) Error() string {
	if p.Line == 0 {
		return p.Path + ": " + p.What
	}
	return fmt.Sprintf("%s:%d: %s", p.Path, p.Line, p.What)
}

// Problems lists everything that is wrong in a file, by line. Nothing in the file applies then.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, one := range p {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// Document is a parsed file. The code that checks it reports what is wrong.
type Document struct {
	Path    string
	Content map[string]any // nil if the file is not valid TOML, which is then a problem
	Lines   Lines
	wrong   Problems
}

// Parse parses the content of the file at path.
func Parse(path string, raw []byte) *Document {
	d := &Document{Path: path}
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	content := map[string]any{}
	if err := toml.Unmarshal(raw, &content); err != nil {
		line, what := Syntax(err)
		d.Report(line, what)
		return d
	}
	d.Content, d.Lines = content, FindLines(raw)
	return d
}

// Syntax returns the line of an error of the decoder, and what is wrong there.
func Syntax(err error) (int, string) {
	line := 1
	if at, is := errors.AsType[*toml.DecodeError](err); is {
		line, _ = at.Position()
	}
	return line, "is not valid TOML: " + toPrintable(strings.TrimPrefix(err.Error(), "toml: "))
}

// Report adds a problem.
func (d *Document) Report(line int, what string) {
	d.wrong = append(d.wrong, Problem{d.Path, line, what})
}

// Reportf adds a problem with formatted text.
func (d *Document) Reportf(line int, format string, values ...any) {
	d.Report(line, fmt.Sprintf(format, values...))
}

// Err returns all problems, sorted by line, or nil.
func (d *Document) Err() error {
	if len(d.wrong) == 0 {
		return nil
	}
	slices.SortStableFunc(d.wrong, func(a, b Problem) int { return a.Line - b.Line })
	return d.wrong
}

// Line returns the line of a key, which is given by its path. An element of a list has the path of the
// list and [Index].
func (d *Document) Line(path ...string) int { return d.Lines.At(path...) }

// Keys returns the keys of the table at path, in the order of the file.
func (d *Document) Keys(table map[string]any, path ...string) []string {
	return d.Lines.Sorted(table, path...)
}

// Index returns the last part of the path of an element of a list.
func Index(i int) string { return "#" + strconv.Itoa(i) }

// Lines has the first line of every key, by its path.
type Lines map[string]int

// At returns the line of a key or of an element of a list, or the line of the list or table that has
// it, or 1.
func (l Lines) At(path ...string) int {
	for ; len(path) > 0; path = path[:len(path)-1] {
		if line := l[joinPath(path)]; line > 0 {
			return line
		}
	}
	return 1
}

// Has reports whether the file has the key.
func (l Lines) Has(path ...string) bool { return l[joinPath(path)] > 0 }

// Sorted returns the keys of the table at path, in the order of the file.
func (l Lines) Sorted(table map[string]any, path ...string) []string {
	return slices.SortedFunc(maps.Keys(table), func(a, b string) int {
		at := func(name string) int { return l.At(append(slices.Clip(path), name)...) }
		if at(a) != at(b) {
			return at(a) - at(b)
		}
		return strings.Compare(a, b)
	})
}

func joinPath(path []string) string { return strings.Join(path, "\x00") }

// FindLines returns the lines of the keys and elements in raw, which must be valid TOML. The decoder
// does not provide them.
func FindLines(raw []byte) Lines {
	f := finder{lines: Lines{}}
	for i, b := range raw {
		if b == '\n' {
			f.breaks = append(f.breaks, i)
		}
	}
	f.parser.Reset(raw)
	var table []string
	for f.parser.NextExpression() {
		if e := f.parser.Expression(); e.Kind == unstable.KeyValue {
			f.note(table, e)
		} else {
			table = f.note(nil, e)
		}
	}
	return f.lines
}

type finder struct {
	parser unstable.Parser
	breaks []int // positions of the line breaks
	lines  Lines
}

// add keeps the first line of a path.
func (f *finder) add(path []string, at unstable.Range) {
	if name := joinPath(path); f.lines[name] == 0 {
		before, _ := slices.BinarySearch(f.breaks, int(at.Offset))
		f.lines[name] = before + 1
	}
}

// note adds the key of n, below the table under, and the keys and elements in its value. It returns
// the path of the key.
func (f *finder) note(under []string, n *unstable.Node) []string {
	path := slices.Clone(under)
	for keys := n.Key(); keys.Next(); {
		key := keys.Node()
		path = append(path, string(key.Data))
		f.add(path, key.Raw)
	}
	if n.Kind != unstable.KeyValue {
		return path
	}
	switch value := n.Value(); value.Kind {
	case unstable.InlineTable:
		for inner := value.Children(); inner.Next(); {
			f.note(path, inner.Node())
		}
	case unstable.Array:
		i := 0
		for inner := value.Children(); inner.Next(); i++ {
			if e := inner.Node(); e.Raw.Length > 0 {
				f.add(append(slices.Clip(path), Index(i)), e.Raw)
			}
		}
	default: // a single value
	}
	return path
}

// toPrintable removes what a terminal would act on.
func toPrintable(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}
