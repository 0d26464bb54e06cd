package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"unicode"

	"github.com/charmbracelet/x/term"

	"hdpadmin/internal/panics"
	"hdpadmin/ui/terminal"
)

var (
	errNothingTyped = errors.New("no password was entered; nothing was saved")
	errNotText      = errors.New("a key that is not text was pressed; nothing was saved")
)

// promptHidden reads one line per prompt. The terminal echoes nothing from before the
// first prompt until after the last line, and is always restored, also after a signal.
func (p *process) promptHidden(asked ...string) (lines []string, err error) {
	signals := make(chan os.Signal, 1)
	defer p.notify(signals)()
	terminalIn := descriptor(p.stdin)
	before, err := term.MakeRaw(terminalIn)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil { // otherwise the shell would read, and echo, the rest of a password
			err = errors.Join(err, discardTyped(terminalIn))
		}
		err = errors.Join(err, term.Restore(terminalIn, before))
	}()
	keys := bufio.NewReader(p.stdin)
	for _, prompt := range asked {
		_, _ = fmt.Fprint(p.stderr, prompt)
		var line string
		var wrong error
		reading := panics.Go(func() { line, wrong = readHiddenLine(keys) })
		select {
		case <-reading.Done():
			reading.Wait()
		case s := <-signals:
			_, _ = fmt.Fprint(p.stderr, "\r\n")
			caught, _ := s.(syscall.Signal)
			return nil, terminal.Signalled{Signal: caught}
		}
		_, _ = fmt.Fprint(p.stderr, "\r\n")
		if wrong != nil {
			return nil, wrong
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// readHiddenLine reads a line from a raw terminal, which handles no keys itself.
func readHiddenLine(keys io.RuneReader) (string, error) {
	var line []rune
	for {
		r, _, err := keys.ReadRune()
		switch {
		case errors.Is(err, io.EOF):
			return "", errNothingTyped
		case err != nil:
			return "", err
		}
		switch r {
		case '\r', '\n':
			if len(line) == 0 {
				return "", errNothingTyped
			}
			return string(line), nil
		case '\x03': // ctrl+c
			return "", terminal.Signalled{Signal: syscall.SIGINT}
		case '\x04': // ctrl+d
			return "", errNothingTyped
		case '\x7f', '\b':
			line = line[:max(0, len(line)-1)]
		case '\x15': // ctrl+u
			line = nil
		default:
			// A tab pasted at either end is dropped later.
			if r != '\t' && (!unicode.IsPrint(r) && !unicode.IsSpace(r) || r == unicode.ReplacementChar) {
				return "", errNotText
			}
			line = append(line, r)
		}
	}
}
