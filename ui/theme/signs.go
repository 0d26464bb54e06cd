package theme

import (
	"strings"

	"charm.land/lipgloss/v2"
)

// Signs are the marks that carry a meaning beside the colour.
type Signs struct {
	Good, Caution, Bad, Unknown string
	Pointer                     string // the row under the cursor
	Mark                        string // a row that is marked
	Up, Down                    string // sorted from the least, from the most
	Full, Rest                  string // of a bar: what is done, what is not
	On, Off                     string // a choice taken and not taken
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

// ASCII is t with borders and signs that every terminal can draw.
func ASCII(t Theme) Theme {
	t.Signs, t.Border, t.ascii = asciiSigns(), lipgloss.ASCIIBorder(), true
	return t
}

// ToASCII is what is drawn without the signs that are not ASCII. Most come of
// Signs; this is for those within words and beside keys. Letters stay, whatever
// they are: they are of names.
func (t Theme) ToASCII(line string) string {
	if !t.ascii {
		return line
	}
	return strings.NewReplacer("·", "-", "…", "~", "•", "*", "–", "-", "—", "-", "×", "x",
		"↑", "^", "↓", "v", "←", "<", "→", ">", "“", `"`, "”", `"`).Replace(line)
}
