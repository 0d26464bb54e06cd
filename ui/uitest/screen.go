package uitest

import (
	"fmt"
	"io"
	"strings"
	"sync"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
)

// Screen returns what the operator sees as plain text, one line for each row, without trailing
// blanks.
func (t *Term) Screen() string {
	t.screen.pump()
	return t.screen.String()
}

// Styled returns the screen with colours and attributes as ANSI sequences.
func (t *Term) Styled() string {
	t.screen.pump()
	return t.screen.render()
}

// Cursor returns the position of the terminal's cursor, from 0, and whether it is visible.
func (t *Term) Cursor() (x, y int, visible bool) {
	t.screen.pump()
	return t.screen.cursor()
}

// Find returns the cell where the text first appears on the screen. It fails the test if it does
// not.
func (t *Term) Find(text string) (x, y int) {
	t.tb.Helper()
	for y, line := range strings.Split(t.Screen(), "\n") {
		if before, _, found := strings.Cut(line, text); found {
			return ansi.StringWidth(before), y
		}
	}
	t.fail("not on the screen" + quoted([]string{text}))
	return 0, 0
}

// Row returns the first line of the screen that contains the text. It fails the test if none
// does.
func (t *Term) Row(text string) string {
	t.tb.Helper()
	_, y := t.Find(text)
	return strings.Split(t.Screen(), "\n")[y]
}

// StyleAt returns the style of a cell, the zero style outside the screen.
func (t *Term) StyleAt(x, y int) uv.Style {
	t.screen.pump()
	return t.screen.styleAt(x, y)
}

// Title returns the window title that the program last set.
func (t *Term) Title() string {
	t.screen.pump()
	t.screen.mu.Lock()
	defer t.screen.mu.Unlock()
	return t.screen.title
}

// OutputBytes returns how many bytes the program has written, including its questions to the
// terminal. The harness adds nothing until the program ends, and then 6 bytes.
func (t *Term) OutputBytes() int {
	t.screen.pump()
	t.screen.mu.Lock()
	defer t.screen.mu.Unlock()
	return t.screen.written
}

// screen is the terminal emulator with the output that has reached it.
type screen struct {
	mu      sync.Mutex
	out     io.Reader
	emu     *vt.Emulator
	text    string // the emulator's text, "" if it may have changed
	written int
	title   string
	hidden  bool // the emulator keeps this for each of its screens, a real terminal only once
	drained chan struct{}
}

func newScreen(w, h int) *screen {
	s := &screen{emu: vt.NewEmulator(w, h), drained: make(chan struct{})}
	s.emu.SetCallbacks(vt.Callbacks{
		Title:       func(title string) { s.title = title },
		EnableMode:  func(m ansi.Mode) { s.hidden = s.hidden && m != ansi.ModeTextCursorEnable },
		DisableMode: func(m ansi.Mode) { s.hidden = s.hidden || m == ansi.ModeTextCursorEnable },
	})
	// Without a real terminal, Bubble Tea's renderer leaves the CR before LF to the line
	// discipline.
	_, _ = s.emu.WriteString(ansi.SetModeLineFeedNewLine)
	// The program's input is out of reach, so the emulator's replies are dropped; unread, they
	// would block it. A test that needs a reply sends the resulting message.
	go func() {
		defer close(s.drained)
		_, _ = io.Copy(io.Discard, s.emu)
	}()
	return s
}

// pump feeds the program's output to the emulator.
func (s *screen) pump() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.out == nil {
		return
	}
	buf, _ := io.ReadAll(s.out)
	if len(buf) == 0 {
		return
	}
	s.text = ""
	s.written += len(buf)
	_, _ = s.emu.Write(buf)
}

func (s *screen) resize(w, h int) {
	s.pump()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text = ""
	s.emu.Resize(w, h)
}

// String returns one line for each row, without trailing blanks.
func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.text == "" {
		s.text = s.emu.String()
	}
	return s.text
}

func (s *screen) render() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.emu.Render()
}

func (s *screen) cursor() (x, y int, visible bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	pos := s.emu.CursorPosition()
	return pos.X, pos.Y, !s.hidden
}

func (s *screen) styleAt(x, y int) uv.Style {
	s.mu.Lock()
	defer s.mu.Unlock()
	if cell := s.emu.CellAt(x, y); cell != nil {
		return cell.Style
	}
	return uv.Style{}
}

// framed returns the screen with a border, so that a failure shows where it ends.
func (s *screen) framed() string {
	text := s.String()
	s.mu.Lock()
	width := s.emu.Width()
	s.mu.Unlock()
	var b strings.Builder
	fmt.Fprintf(&b, "┌%s┐\n", strings.Repeat("─", width))
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		fmt.Fprintf(&b, "│%s%s│\n", line, strings.Repeat(" ", max(0, width-ansi.StringWidth(line))))
	}
	fmt.Fprintf(&b, "└%s┘", strings.Repeat("─", width))
	return b.String()
}

// close ends the goroutine that drops replies. The emulator's own Close must not run during a
// Read.
func (s *screen) close() {
	s.pump()
	if w, ok := s.emu.InputPipe().(io.Closer); ok {
		_ = w.Close()
		<-s.drained
	}
}
