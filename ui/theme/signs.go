package theme

import (
	"strings"

	"charm.land/lipgloss/v2"
)

// Signs carry a meaning in addition to the colour.
type Signs struct {
	Good, Caution, Bad, Unknown string
	Pointer                     string // the row under the cursor
	Mark                        string // a marked row
	Up, Down                    string // sorted ascending, descending
	Full, Rest                  string // of a progress bar: done, still to do
	On, Off                     string // a selected and an unselected option
	Ellipsis, Dot, Arrow, None  string
}

func unicodeSigns() Signs {
	return Signs{
		Good: "✓", Caution: "!", Bad: "✗", Unknown: "?", Pointer: "▸", Mark: "◆", Up: "↑", Down: "↓", Full: "█", Rest: "░",
		On: "●", Off: "○", Ellipsis: "…", Dot: "·", Arrow: "→", None: "–",
	}
}

func asciiSigns() Signs {
	return Signs{
		Good: "+", Caution: "!", Bad: "x", Unknown: "?", Pointer: ">", Mark: "*", Up: "^", Down: "v", Full: "#", Rest: ".",
		On: "(*)", Off: "( )", Ellipsis: "~", Dot: "-", Arrow: "->", None: "-",
	}
}

// ASCII returns t with borders and signs that every terminal can draw.
func ASCII(t Theme) Theme {
	t.Signs, t.Border, t.ascii = asciiSigns(), lipgloss.ASCIIBorder(), true
	return t
}

// ToASCII replaces the other signs of a drawing, those in texts and key caps, in an ASCII theme.
// Letters stay as they are, because they belong to names.
func (t Theme) ToASCII(line string) string {
	if !t.ascii {
		return line
	}
	return strings.NewReplacer("·", "-", "…", "~", "•", "*", "–", "-", "—", "-", "×", "x",
		"↑", "^", "↓", "v", "←", "<", "→", ">", "“", `"`, "”", `"`).Replace(line)
}
