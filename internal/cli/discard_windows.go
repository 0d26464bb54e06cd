package cli

import "golang.org/x/sys/windows"

// discardTyped drops what the terminal has been given and nobody has read.
func discardTyped(terminal uintptr) error {
	return windows.FlushConsoleInputBuffer(windows.Handle(terminal))
}
