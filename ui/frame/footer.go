package frame

import (
	"slices"
	"strings"

	"hdpadmin/ui/theme"
)

// Key is a key cap with a label of one or two words.
type Key struct {
	Cap, Label string
	Minor      bool // left out before any other
}

// Draw draws the cap and the label.
func (k Key) Draw(th theme.Theme) string {
	return th.Key.Render(k.Cap) + th.Muted.Render(" "+k.Label)
}

// Keys are the keys of a dialog.
type Keys struct {
	List []Key // in the order to show them; the last one closes the dialog
	More Key   // scrolls to the rest
}

// Fit reports whether Foot has room for the state and all the keys.
func (k Keys) Fit(th theme.Theme, state string, w int) bool {
	return Width(state)+1+Width(strings.Join(k.draw(th), keyGap)) <= w
}

const keyGap = "  "

func (k Keys) draw(th theme.Theme) []string {
	drawn := make([]string, len(k.List))
	for i, key := range k.List {
		drawn[i] = key.Draw(th)
	}
	return drawn
}

// Foot draws the last line of a dialog: the state on the left, the keys on the right. If there is
// no state and more to show, it names the key for that instead. When space is short, minor keys are
// dropped first, then those in the middle.
func (k Keys) Foot(th theme.Theme, state string, more bool, w int) string {
	more = more && Width(state) == 0
	if more {
		state = k.More.Draw(th)
	}
	k.List = slices.Clone(k.List)
	for i := len(k.List) - 1; i >= 0 && !k.Fit(th, state, w); i-- {
		if k.List[i].Minor {
			k.List = slices.Delete(k.List, i, i+1)
		}
	}
	drawn := k.draw(th)
	if more && !k.Fit(th, state, w) {
		state = th.Key.Render(k.More.Cap)
	}
	for len(drawn) > 1 && Width(state)+1+Width(strings.Join(drawn, keyGap)) > w {
		drawn = append(drawn[:max(1, len(drawn)-2)], drawn[max(2, len(drawn)-1):]...)
	}
	return Ends(state, strings.Join(drawn, keyGap), w, th.Signs.Ellipsis)
}
