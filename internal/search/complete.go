package search

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"hdpadmin/internal/account"
	"hdpadmin/internal/fold"
)

// Completion is a way to continue typing: Text replaces the bytes from Start up to, but
// not including, End. It is safe to print.
type Completion struct {
	Start, End int
	Text       string
	Label      string // shown instead of Text if that is unclear; else empty
}

// maxCompletions limits the completions on a server with many tenants.
const maxCompletions = 100

// Complete suggests how to continue what was typed at the cursor, a byte offset: the
// name of a qualifier with its colon, or after that a value. It offers the tenants and
// roles of the snapshot. It suggests nothing inside quotes or for what is complete.
func (s *Snapshot) Complete(typed string, cursor int) []Completion {
	cursor = max(0, min(cursor, len(typed)))
	for 0 < cursor && cursor < len(typed) && !utf8.RuneStart(typed[cursor]) {
		cursor--
	}
	all := s.completions(typed, cursor)
	all = slices.DeleteFunc(all, func(c Completion) bool { return c.Text == typed[c.Start:c.End] })
	return all[:min(len(all), maxCompletions)]
}

func (s *Snapshot) completions(typed string, cursor int) []Completion {
	f := field{start: cursor, end: cursor}
	for _, other := range splitFields(typed) {
		if other.start < cursor && cursor <= other.end {
			f = other
		}
	}
	if f.qualifier != nil && cursor >= f.valueAt {
		return s.completeValue(typed, cursor, f)
	}
	start := f.start
	if dash := leadingSize(f.text, fold.IsDash); f.negated || dash > 0 && dash == len(f.text) && !f.quoted {
		start += leadingSize(typed[start:], fold.IsDash)
	}
	if f.quoted || cursor < start {
		return nil
	}
	end := f.end
	if i := strings.IndexByte(typed[start:end], ':'); i >= 0 {
		end = start + i + 1
	}
	var all []Completion
	for _, q := range qualifiers() {
		if cursor <= end && strings.HasPrefix(q.name, fold.String(typed[start:cursor])) {
			all = append(all, Completion{Start: start, End: end, Text: q.name + ":"})
		}
	}
	return all
}

func (s *Snapshot) completeValue(typed string, cursor int, f field) []Completion {
	begun := typed[f.valueAt:cursor]
	if leadingSize(begun, fold.IsQuote) > 0 {
		begun, _ = unquote(begun, 0)
	}
	begun = strings.TrimSpace(fold.String(begun))
	var values []Completion
	switch f.qualifier.name {
	case "tenant":
		values = s.tenantValues(begun)
	case "role":
		values = s.roleValues(begun)
	default:
		for _, v := range f.qualifier.values {
			if strings.HasPrefix(v, begun) {
				values = append(values, Completion{Text: v})
			}
		}
	}
	for i := range values {
		values[i].Start, values[i].End = f.valueAt, f.end
	}
	return values
}

// tenantValues returns the tenants that begun may mean, those that start with it first.
// A tenant is offered by its id if its name cannot be typed or is not unique.
func (s *Snapshot) tenantValues(begun string) []Completion {
	var fit []tenant
	named := map[string]int{}
	for _, t := range s.tenants {
		named[t.folded]++
		if t.tenantKey == (tenantKey{}) {
			continue
		}
		if begun == "" || holdsWordStart(t.folded, begun) || strings.HasPrefix(strconv.FormatInt(t.id, 10), begun) {
			fit = append(fit, t)
		}
	}
	slices.SortFunc(fit, func(a, b tenant) int {
		return cmp.Or(
			compareBools(!strings.HasPrefix(a.folded, begun), !strings.HasPrefix(b.folded, begun)),
			compareTenants(a, b))
	})
	var values []Completion
	for _, t := range fit {
		v := Completion{Text: strconv.FormatInt(t.id, 10)}
		if raw := t.name.Raw(); t.folded != "" && t.id != 0 && named[t.folded] > 1 {
			v.Label = fmt.Sprintf("%s (%d)", t.name, t.id)
		} else if t.folded != "" && t.name.String() == raw {
			v = Completion{Text: Quote(raw)}
		}
		values = append(values, v)
	}
	return values
}

func (s *Snapshot) roleValues(begun string) []Completion {
	var values []Completion
	for _, id := range s.roles() {
		if text := strconv.FormatInt(id, 10); strings.HasPrefix(text, begun) {
			values = append(values, Completion{Text: text})
		}
	}
	slices.SortFunc(values, func(a, b Completion) int {
		return cmp.Or(len(a.Text)-len(b.Text), strings.Compare(a.Text, b.Text))
	})
	return values
}

// roles returns the ids of all roles that an account has.
func (s *Snapshot) roles() []int64 {
	if s.memo == nil {
		return nil
	}
	return *s.memo.roles.get(func() *[]int64 {
		sets, ids := map[account.Roles]bool{}, map[int64]bool{}
		for i := range s.size {
			sets[s.at(i).Roles] = true
		}
		for roles := range sets {
			for id := range roles.All() {
				ids[id] = true
			}
		}
		known := slices.Collect(maps.Keys(ids))
		return &known
	})
}
