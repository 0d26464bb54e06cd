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

// Screen is what the operator sees now, as plain text: a line for each row, without trailing blanks.
func (t *Term) Screen() string {
	t.screen.pump()
	return t.screen.String()
}

// Styled is the screen with colours and attributes as ANSI sequences.
func (t *Term) Styled() string {
	t.screen.pump()
	return t.screen.render()
}

// Cursor is where the terminal's cursor is, from 0, and whether it can be seen.
func (t *Term) Cursor() (x, y int, visible bool) {
	t.screen.pump()
	return t.screen.cursor()
}

// Find is where the text first stands on the screen, in cells; the test fails if it does not.
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

// Row is the first line of the screen that has the text; the test fails if none has.
func (t *Term) Row(text string) string {
	t.tb.Helper()
	_, y := t.Find(text)
	return strings.Split(t.Screen(), "\n")[y]
}

// StyleAt is the style of a cell; the zero style outside the screen.
func (t *Term) StyleAt(x, y int) uv.Style {
	t.screen.pump()
	return t.screen.styleAt(x, y)
}

// Title is the window's title, as the program last set it.
func (t *Term) Title() string {
	t.screen.pump()
	t.screen.mu.Lock()
	defer t.screen.mu.Unlock()
	return t.screen.title
}

// OutputBytes is how much the program has written so far, its questions to the terminal included.
// Nothing of the harness is in it, up to the end of the program: there, 6 bytes are.
func (t *Term) OutputBytes() int {
	t.screen.pump()
	t.screen.mu.Lock()
	defer t.screen.mu.Unlock()
	return t.screen.written
}

// A screen is the terminal emulator and what of the output has reached it.
type screen struct {
	mu      sync.Mutex
	out     io.Reader
	emu     *vt.Emulator
	text    string // the emulator's, "" if it may have changed
	written int
	title   string
	hidden  bool // the emulator keeps this for each screen, a terminal has it once
	drained chan struct{}
}

func newScreen(w, h int) *screen {
	s := &screen{emu: vt.NewEmulator(w, h), drained: make(chan struct{})}
	s.emu.SetCallbacks(vt.Callbacks{
		Title:       func(title string) { s.title = title },
		EnableMode:  func(m ansi.Mode) { s.hidden = s.hidden && m != ansi.ModeTextCursorEnable },
		DisableMode: func(m ansi.Mode) { s.hidden = s.hidden || m == ansi.ModeTextCursorEnable },
	})
	// Without a real terminal, Bubble Tea's renderer leaves the CR before LF to the line discipline.
	_, _ = s.emu.WriteString(ansi.SetModeLineFeedNewLine)
	// The program's input cannot be reached, so the emulator's answers are dropped; unread, they
	// would block it. A test that wants an answer sends the message that it makes.
	go func() {
		defer close(s.drained)
		_, _ = io.Copy(io.Discard, s.emu)
	}()
	return s
}

// pump takes what the program has written.
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

// String is a line for each row, trimmed on the right.
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

// framed is the screen with a border, so that a failure shows where it ends.
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

// close ends the drain. The emulator's own Close is not safe beside a Read.
func (s *screen) close() {
	s.pump()
	if w, ok := s.emu.InputPipe().(io.Closer); ok {
		_ = w.Close()
		<-s.drained
	}
}
