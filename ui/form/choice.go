package form

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/frame"
	"hdpadmin/ui/theme"
)

// Option is one value of a Choice, with its label.
type Option[T comparable] struct {
	Value T
	Word  string
}

// Choice is a field that offers a few values.
type Choice[T comparable] struct {
	label    string
	options  []Option[T]
	selected int
	initial  int
}

// NewChoice returns a choice with value selected. If value is not among the options, it becomes
// one, labelled unknown, so that opening a form never changes what the server sent.
func NewChoice[T comparable](label string, value T, unknown string, options ...Option[T]) *Choice[T] {
	c := &Choice[T]{label: label, options: options, selected: -1}
	for i, o := range options {
		if o.Value == value {
			c.selected = i
		}
	}
	if c.selected < 0 {
		c.options = append(c.options, Option[T]{value, unknown})
		c.selected = len(c.options) - 1
	}
	c.initial = c.selected
	return c
}

// Value returns the selected value.
func (c *Choice[T]) Value() T { return c.options[c.selected].Value }

// Select selects the option with that value, if there is one, and counts as a change by the
// operator.
func (c *Choice[T]) Select(value T) {
	for i, o := range c.options {
		if o.Value == value {
			c.selected = i
		}
	}
}

func (c *Choice[T]) offersValues() {}

// Label implements Field.
func (c *Choice[T]) Label() string { return c.label }

// Update moves the selection: the arrow keys stop at the ends, space wraps around.
func (c *Choice[T]) Update(msg tea.Msg) {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return
	}
	switch k.String() {
	case "right":
		c.selected = min(c.selected+1, len(c.options)-1)
	case "left":
		c.selected = max(c.selected-1, 0)
	case "space":
		c.selected = (c.selected + 1) % len(c.options)
	}
}

// Focus implements Field.
func (c *Choice[T]) Focus() {}

// Blur implements Field.
func (c *Choice[T]) Blur() {}

// Line implements Field. If not all options fit, those before the selected one give way to it.
func (c *Choice[T]) Line(th theme.Theme, w int, focused bool) (string, frame.Cursor) {
	const gap = "  "
	var (
		line   string
		cursor frame.Cursor
	)
	for i, o := range c.options {
		if i != c.selected {
			line += th.Muted.Render(th.Signs.Off+" "+o.Word) + gap
			continue
		}
		word := th.Text.Render(th.Signs.On + " " + o.Word)
		if focused {
			word = th.Key.Render(th.Signs.On) + " " + th.Strong.Render(o.Word)
		}
		if frame.Width(line+word) > w {
			line = th.Muted.Render(th.Signs.Ellipsis) + gap
		}
		if focused {
			cursor = frame.AtRow(frame.Width(line), 0)
		}
		line += word + gap
	}
	return strings.TrimSuffix(line, gap), cursor
}

// Err implements Field: every option is valid.
func (c *Choice[T]) Err() string { return "" }

// Warning implements Field.
func (c *Choice[T]) Warning() string { return "" }

// Help implements Field.
func (c *Choice[T]) Help() string { return "" }

// IsDisabled implements Field.
func (c *Choice[T]) IsDisabled() bool { return false }

// Dirty implements Field.
func (c *Choice[T]) Dirty() bool { return c.selected != c.initial }
