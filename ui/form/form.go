// Package form is the small form of the console: a column of labelled fields
// with the real cursor in the one that has the focus, and what is wrong with a
// field under it. The status form, the password form and the request for the
// operator's password are made of it; it knows nothing of accounts.
package form

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/frame"
	"hdpadmin/ui/theme"
)

// Field is one line of a form.
type Field interface {
	Label() string
	// Update takes a key or pasted text while the field has the focus.
	Update(msg tea.Msg)
	Focus()
	Blur()
	// Line draws the value in w cells, and returns the cell of the cursor or -1.
	Line(th theme.Theme, w int, focused bool) (line string, cursor int)
	// Err says what is wrong with the value, "" that nothing is.
	Err() string
	// Warning says what to bear in mind about the value, which can be sent all the
	// same; "" that there is nothing.
	Warning() string
	// Help says what can be typed, in the line below while the field has the focus and
	// there is nothing else to say; "" for nothing.
	Help() string
	// IsDisabled reports that the field cannot be changed now; the focus passes it by,
	// and where it has nothing to show it is not drawn.
	IsDisabled() bool
	// Dirty reports whether the operator has changed the value.
	Dirty() bool
}

// Form is a column of fields, one of which has the focus. The zero Form is
// empty; see New.
type Form struct {
	fields  []Field
	focused int
	blurred bool // none has it: it is outside the form
}

// New returns a form with the focus in the first field.
func New(fields ...Field) Form {
	f := Form{fields: fields}
	if len(fields) > 0 {
		fields[0].Focus()
	}
	return f
}

// Type edits the field that has the focus, by a key or pasted text.
func (f *Form) Type(msg tea.Msg) {
	if len(f.fields) > 0 {
		f.fields[f.focused].Update(msg)
	}
}

// Move moves the focus by fields, round at the ends.
func (f *Form) Move(by int) {
	n := len(f.fields)
	for i := 1; i <= n; i++ {
		if to := ((f.focused+by*i)%n + n) % n; !f.fields[to].IsDisabled() {
			f.focus(to)
			return
		}
	}
}

// AtEnd reports whether no field follows the one that has the focus; with -1,
// whether none is before it.
func (f *Form) AtEnd(by int) bool {
	for i := f.focused + by; i >= 0 && i < len(f.fields); i += by {
		if !f.fields[i].IsDisabled() {
			return false
		}
	}
	return true
}

// Leave takes the focus out of the form, Return brings it back to the field that
// had it.
func (f *Form) Leave() {
	f.fields[f.focused].Blur()
	f.blurred = true
}

// Return brings the focus back after Leave.
func (f *Form) Return() { f.focus(f.focused) }

// FocusOn moves the focus to the field, if it is one of the form's.
func (f *Form) FocusOn(field Field) {
	for i := range f.fields {
		if f.fields[i] == field {
			f.focus(i)
		}
	}
}

func (f *Form) focus(to int) {
	f.fields[f.focused].Blur()
	f.focused, f.blurred = to, false
	f.fields[to].Focus()
}

// Dirty reports whether any field was changed.
func (f *Form) Dirty() bool {
	for _, field := range f.fields {
		if field.Dirty() {
			return true
		}
	}
	return false
}

// Check moves the focus to the first field with something wrong in it, and
// reports whether there is none.
func (f *Form) Check() bool {
	for i, field := range f.fields {
		if !field.IsDisabled() && field.Err() != "" {
			f.focus(i)
			return false
		}
	}
	return true
}

// Warnings is what its fields have to say before the form is sent, "" for nothing.
func (f *Form) Warnings() string {
	var all []string
	for _, field := range f.fields {
		if c := field.Warning(); c != "" {
			all = append(all, field.Label()+": "+c)
		}
	}
	return strings.Join(all, "; ")
}

// View draws the form in w cells. focus is the line of the field that has the
// focus.
func (f *Form) View(th theme.Theme, w int) (p frame.Picture, focus int) {
	label := 0
	for _, field := range f.fields {
		label = max(label, frame.Width(field.Label()))
	}
	label = min(label+4, w/2)
	for i, field := range f.fields {
		focused := i == f.focused && !f.blurred
		mark, name := " ", th.Muted
		if focused {
			mark, name = th.Key.Render(th.Signs.Pointer), th.Text
			focus = len(p.Lines)
		}
		line, cursor := field.Line(th, w-label, focused)
		if line == "" && field.IsDisabled() {
			continue
		}
		if focused && cursor >= 0 {
			p.Cursor = frame.At(label+cursor, len(p.Lines))
		}
		p.Lines = append(p.Lines, mark+" "+name.Render(frame.Fit(field.Label(), label-2, th.Signs.Ellipsis))+line)
		words, style := "", th.Muted
		if focused {
			words = field.Help()
		}
		if c := field.Warning(); c != "" {
			words, style = c, th.Caution
		}
		if err := field.Err(); err != "" && !field.IsDisabled() {
			words, style = err, th.Bad
		}
		for _, l := range frame.Wrap(words, w-2) {
			p.Lines = append(p.Lines, "  "+style.Render(l))
		}
	}
	return p, focus
}
