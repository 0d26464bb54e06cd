package clipboard_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"hdpadmin/ui/clipboard"
)

func TestDetect(t *testing.T) {
	for name, c := range map[string]struct {
		env  map[string]string
		want clipboard.Multiplexers
	}{
		"nothing":                  {map[string]string{"TERM": "xterm-256color"}, clipboard.Multiplexers{}},
		"tmux":                     {map[string]string{"TERM": "tmux-256color", "TMUX": "/tmp/s,1,0"}, clipboard.Multiplexers{Tmux: true}},
		"tmux that says screen":    {map[string]string{"TERM": "screen-256color", "TMUX": "/tmp/s,1,0"}, clipboard.Multiplexers{Tmux: true}},
		"tmux on another host":     {map[string]string{"TERM": "tmux-256color"}, clipboard.Multiplexers{Tmux: true}},
		"screen":                   {map[string]string{"TERM": "screen", "STY": "1.x"}, clipboard.Multiplexers{Screen: true}},
		"screen in another TERM":   {map[string]string{"TERM": "xterm", "STY": "1.x"}, clipboard.Multiplexers{Screen: true}},
		"screen on another host":   {map[string]string{"TERM": "screen.xterm-256color"}, clipboard.Multiplexers{Screen: true}},
		"tmux that runs in screen": {map[string]string{"TERM": "screen", "TMUX": "/tmp/s,1,0", "STY": "1.x"}, clipboard.Multiplexers{Tmux: true, Screen: true}},
	} {
		if got := clipboard.Detect(func(name string) string { return c.env[name] }); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestSetSequence(t *testing.T) {
	set := "\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte("alice")) + "\a"
	for name, c := range map[string]struct {
		between clipboard.Multiplexers
		want    string
	}{
		"plain":  {clipboard.Multiplexers{}, set},
		"tmux":   {clipboard.Multiplexers{Tmux: true}, set + "\x1bPtmux;\x1b" + set + "\x1b\\"},
		"screen": {clipboard.Multiplexers{Screen: true}, set + "\x1bP" + set + "\x1b\\"},
	} {
		if got, err := clipboard.SetSequence("alice", c.between); got != c.want || err != nil {
			t.Errorf("%s: %q, %v, want %q", name, got, err, c.want)
		}
	}
	if got, err := clipboard.SetSequence("", clipboard.Multiplexers{}); got != "\x1b]52;c;\a" || err != nil {
		t.Errorf("clearing: %q, %v", got, err)
	}
}

func TestScreenGetsALongTextInPieces(t *testing.T) {
	text := strings.Repeat("lorem ipsum ", 400)
	plain, _ := clipboard.SetSequence(text, clipboard.Multiplexers{})
	got, _ := clipboard.SetSequence(text, clipboard.Multiplexers{Screen: true})
	wrapped, _ := strings.CutPrefix(got, plain)
	whole := ""
	for piece := range strings.SplitSeq(strings.TrimSuffix(wrapped, "\x1b\\"), "\x1b\\") {
		piece, ok := strings.CutPrefix(piece, "\x1bP")
		if !ok || len(piece) > 256 {
			t.Fatalf("a piece of %d bytes: %q", len(piece), piece)
		}
		whole += piece
	}
	if whole != plain {
		t.Error("the pieces do not add up to the sequence")
	}
}

func TestTooLongTextIsNotSent(t *testing.T) {
	var tooLong clipboard.TooLongError
	if got, err := clipboard.SetSequence(strings.Repeat("x", clipboard.MaxBytes+1), clipboard.Multiplexers{}); got != "" || !errors.As(err, &tooLong) {
		t.Errorf("%d bytes are sent, error %v", len(got), err)
	}
	if _, err := clipboard.SetSequence(strings.Repeat("x", clipboard.MaxBytes), clipboard.Multiplexers{}); err != nil {
		t.Error(err)
	}
}
