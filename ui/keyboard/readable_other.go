//go:build !unix

package keyboard

import "time"

// Readable reports that nothing follows: the console of Windows sends keys and no bytes.
func Readable(uintptr, time.Duration) bool { return false }
