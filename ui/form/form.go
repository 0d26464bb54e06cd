// Package form is a small form: a column of labelled fields with the terminal's cursor in the
// focused one, and problems below their field. Of accounts it knows only how a change to one
// is confirmed: with a reason, and by typing the user name.
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
	// Update handles a key or pasted text while the field has the focus.
	Update(msg tea.Msg)
	Focus()
	Blur()
	// Line draws the value in w cells, with the cursor if it has the focus.
	Line(th theme.Theme, w int, focused bool) (line string, cursor frame.Cursor)
	// Err returns what is wrong with the value, "" if nothing is.
	Err() string
	// Warning returns what to consider before sending the value as it is, "" for nothing.
	Warning() string
	// Help returns what can be typed, "" for nothing. It is shown below the focused field if
	// there is no problem or warning.
	Help() string
	// IsDisabled reports whether the field cannot be changed now. The focus skips it, and it is
	// hidden if it has nothing to show.
	IsDisabled() bool
	// Dirty reports whether the operator has changed the value.
	Dirty() bool
}

// Form is a column of fields, one of which has the focus. The zero Form is empty; see New.
type Form struct {
	fields  []Field
	focused int
	blurred bool // the focus is outside the form
}

// New returns a form with the focus in the first field.
func New(fields ...Field) Form {
	f := Form{fields: fields}
	if len(fields) > 0 {
		fields[0].Focus()
	}
	return f
}

// Type passes a key or pasted text to the focused field.
func (f *Form) Type(msg tea.Msg) {
	if len(f.fields) > 0 {
		f.fields[f.focused].Update(msg)
	}
}

// Move moves the focus by that many fields and wraps around.
func (f *Form) Move(by int) {
	n := len(f.fields)
	for i := 1; i <= n; i++ {
		if to := ((f.focused+by*i)%n + n) % n; !f.fields[to].IsDisabled() {
			f.focus(to)
			return
		}
	}
}

// FieldKeys reports whether Move leads to another field, and whether the left and right keys change
// the value of the focused one.
func (f *Form) FieldKeys() (next, choose bool) {
	for i, field := range f.fields {
		next = next || i != f.focused && !field.IsDisabled()
	}
	if len(f.fields) > 0 && !f.blurred {
		_, choose = f.fields[f.focused].(chooser)
	}
	return next, choose
}

// chooser is a field that offers a few values.
type chooser interface{ offersValues() }

// AtEnd reports whether the focused field is the last one, or with by -1 the first.
func (f *Form) AtEnd(by int) bool {
	for i := f.focused + by; i >= 0 && i < len(f.fields); i += by {
		if !f.fields[i].IsDisabled() {
			return false
		}
	}
	return true
}

// Leave moves the focus out of the form.
func (f *Form) Leave() {
	f.fields[f.focused].Blur()
	f.blurred = true
}

// Return moves the focus back to the field that had it before Leave.
func (f *Form) Return() { f.focus(f.focused) }

// FocusOn moves the focus to the field, if it belongs to the form.
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

// Check moves the focus to the first field with a problem and reports whether there is none.
func (f *Form) Check() bool {
	for i, field := range f.fields {
		if !field.IsDisabled() && field.Err() != "" {
			f.focus(i)
			return false
		}
	}
	return true
}

// Warnings returns the warnings of all fields, "" for none.
func (f *Form) Warnings() string {
	var all []string
	for _, field := range f.fields {
		if c := field.Warning(); c != "" {
			all = append(all, field.Label()+": "+c)
		}
	}
	return strings.Join(all, "; ")
}

// View draws the form in w cells. focus is the line of the focused field.
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
		if cursor.On {
			p.Cursor = cursor.Offset(label, len(p.Lines))
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
		p.Lines = append(p.Lines, frame.Paragraph(style, "  ", words, w)...)
	}
	return p, focus
}
