//go:build unix

package keyboard_test

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"

	"hdpadmin/ui/keyboard"
)

// A service with many sessions has files with numbers that select cannot take.
func TestWaitReadableTakesLargeFileNumbers(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	large, err := unix.FcntlInt(r.Fd(), unix.F_DUPFD_CLOEXEC, unix.FD_SETSIZE+3)
	if err != nil {
		t.Skipf("no file numbers as large as that here: %v", err)
	}
	defer unix.Close(large)
	if keyboard.WaitReadable(uintptr(large), 0) {
		t.Error("readable before anything was written")
	}
	if _, err := w.WriteString("x"); err != nil {
		t.Fatal(err)
	}
	if !keyboard.WaitReadable(uintptr(large), 0) {
		t.Error("not readable although something was written")
	}
}
