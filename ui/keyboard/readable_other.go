//go:build !unix

package keyboard

import "time"

// WaitReadable returns false: the Windows console sends keys, not bytes.
func WaitReadable(uintptr, time.Duration) bool { return false }
