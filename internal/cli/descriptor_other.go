//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package cli

import (
	"errors"
	"os"
)

func openDescriptor(int) (*os.File, error) {
	return nil, errors.New("this system cannot pass descriptors to programs; name a new file")
}
