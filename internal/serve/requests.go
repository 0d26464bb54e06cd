package serve

import (
	"encoding/binary"
	"slices"
	"strings"
	"syscall"
	"unicode"

	"golang.org/x/crypto/ssh"
)

// Size is that of a terminal, in cells: 1 to 1000 columns, 1 to 500 rows. It is an alias, so that a
// program need not know this package.
type Size = struct{ Width, Height int }

const (
	maxWidth  = 1000
	maxHeight = 500
)

// terminalRequest holds what a client says about its terminal.
type terminalRequest struct {
	term  string
	size  Size
	modes map[uint8]uint32
}

func parseTerminal(payload []byte) (terminalRequest, bool) {
	var msg struct {
		Term                                   string
		Width, Height, PixelWidth, PixelHeight uint32
		Modes                                  string
	}
	if ssh.Unmarshal(payload, &msg) != nil || !isPrintable(msg.Term) || len(msg.Term) > maxVariable {
		return terminalRequest{}, false
	}
	modes, ok := parseModes(msg.Modes)
	return terminalRequest{msg.Term, clamp(Size{80, 24}, msg.Width, msg.Height), modes}, ok
}

// parseModes reads the opcodes and values of RFC 4254, section 8, up to the first that the
// section does not define.
func parseModes(encoded string) (map[uint8]uint32, bool) {
	const endOfModes, firstUndefined = 0, 160
	modes := map[uint8]uint32{}
	for rest := []byte(encoded); len(rest) > 0 && rest[0] != endOfModes && rest[0] < firstUndefined; rest = rest[5:] {
		if len(rest) < 5 || len(modes) >= maxModes {
			return nil, false
		}
		modes[rest[0]] = binary.BigEndian.Uint32(rest[1:])
	}
	return modes, true
}

func parseSize(now Size, payload []byte) (Size, bool) {
	var msg struct{ Width, Height, PixelWidth, PixelHeight uint32 }
	if ssh.Unmarshal(payload, &msg) != nil {
		return now, false
	}
	return clamp(now, msg.Width, msg.Height), true
}

// clamp ignores a dimension of 0, as RFC 4254 requires.
func clamp(now Size, width, height uint32) Size {
	if width > 0 {
		now.Width = int(min(width, maxWidth))
	}
	if height > 0 {
		now.Height = int(min(height, maxHeight))
	}
	return now
}

// variables are those that a client may set, in the order in which it did.
type variables []string

// set returns false for a variable that is not taken over.
func (v *variables) set(payload []byte) bool {
	var msg struct{ Name, Value string }
	if ssh.Unmarshal(payload, &msg) != nil || !mayBeSet(msg.Name) || !isPrintable(msg.Value) || len(msg.Value) > maxVariable {
		return false
	}
	known := slices.ContainsFunc(*v, func(set string) bool { return strings.HasPrefix(set, msg.Name+"=") })
	if !known && len(*v) >= maxVariables {
		return false
	}
	v.put(msg.Name, msg.Value)
	return true
}

func (v *variables) put(name, value string) {
	*v = slices.DeleteFunc(*v, func(set string) bool { return strings.HasPrefix(set, name+"=") })
	*v = append(*v, name+"="+value)
}

func mayBeSet(name string) bool {
	switch name {
	case "LANG", "TERM", "COLORTERM", "NO_COLOR", "ACCESSIBLE":
		return true
	}
	category, is := strings.CutPrefix(name, "LC_")
	return is && category != "" && len(category) <= maxNameInLogs && strings.Trim(category, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == ""
}

func isPrintable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r >= unicode.MaxASCII || r < ' ' })
}

// parseSignal returns 0 for a signal that a session does not know. KILL is none of them: a
// session must be able to finish what it has sent.
func parseSignal(payload []byte) syscall.Signal {
	var msg struct{ Name string }
	if ssh.Unmarshal(payload, &msg) != nil {
		return 0
	}
	switch msg.Name {
	case "HUP":
		return syscall.SIGHUP
	case "INT":
		return syscall.SIGINT
	case "QUIT":
		return syscall.SIGQUIT
	case "TERM":
		return syscall.SIGTERM
	}
	return 0
}

// forLog makes text that a client chose safe to appear in a line of the log, in which a program
// may look for addresses.
func forLog(text string) string {
	text = strings.Map(func(r rune) rune {
		if r <= ' ' || r >= unicode.MaxASCII || strings.ContainsRune(`"'=\`, r) {
			return '?'
		}
		return r
	}, text)
	return text[:min(len(text), maxNameInLogs)]
}
