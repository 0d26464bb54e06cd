package form

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/theme"
)

// Option is one value of a Choice with its word.
type Option[T comparable] struct {
	Value T
	Word  string
}

// Choice is a field with a few values, one of which is taken.
type Choice[T comparable] struct {
	label    string
	options  []Option[T]
	selected int
	initial  int
}

// NewChoice returns a choice with value taken. A value that is none of the
// options becomes one, with unknown as its word: what the server said is never
// turned into something else by being looked at.
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

// Value is the value that is taken.
func (c *Choice[T]) Value() T { return c.options[c.selected].Value }

// Select takes the option with that value, if there is one, as if the operator had.
func (c *Choice[T]) Select(value T) {
	for i, o := range c.options {
		if o.Value == value {
			c.selected = i
		}
	}
}

// Label implements Field.
func (c *Choice[T]) Label() string { return c.label }

// Update takes the next or the one before by the arrow keys, round at the ends
// by space.
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

// Line implements Field.
func (c *Choice[T]) Line(th theme.Theme, _ int, focused bool) (string, int) {
	words := make([]string, len(c.options))
	for i, o := range c.options {
		switch {
		case i != c.selected:
			words[i] = th.Muted.Render(th.Signs.Off + " " + o.Word)
		case focused:
			words[i] = th.Key.Render(th.Signs.On) + " " + th.Strong.Render(o.Word)
		default:
			words[i] = th.Text.Render(th.Signs.On + " " + o.Word)
		}
	}
	return strings.Join(words, "  "), -1
}

// Err implements Field: every option is a valid value.
func (c *Choice[T]) Err() string { return "" }

// Warning implements Field.
func (c *Choice[T]) Warning() string { return "" }

// Help implements Field.
func (c *Choice[T]) Help() string { return "" }

// IsDisabled implements Field.
func (c *Choice[T]) IsDisabled() bool { return false }

// Dirty implements Field.
func (c *Choice[T]) Dirty() bool { return c.selected != c.initial }
