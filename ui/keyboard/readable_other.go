//go:build !unix

package keyboard

import "time"

// WaitReadable reports that nothing follows: the console of Windows sends keys and no bytes.
func WaitReadable(uintptr, time.Duration) bool { return false }
