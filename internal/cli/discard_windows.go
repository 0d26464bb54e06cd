package cli

import "golang.org/x/sys/windows"

// discardTyped drops input that the terminal has received and no one has read.
func discardTyped(terminal uintptr) error {
	return windows.FlushConsoleInputBuffer(windows.Handle(terminal))
}
