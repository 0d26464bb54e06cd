//go:build !unix

package serve

import (
	"errors"
	"os"
	"syscall"
)

type terminal struct{ master, slave *os.File }

func openTerminal(terminalRequest) (*terminal, error) {
	return nil, errors.New("this system has no terminals for the SSH service")
}

func (t *terminal) name() string                    { return "" }
func (t *terminal) resize(Size) error               { return nil }
func (t *terminal) signals([]byte) []syscall.Signal { return nil }
