// Package panics hands a panic on from one goroutine to another. A panic that nobody catches
// would end the process with the terminal in disorder.
package panics

import (
	"fmt"
	"runtime/debug"
)

// Catch calls f. It returns the value and the stack if f panics, and "" if it does not.
func Catch(f func()) (report string) {
	defer func() {
		if v := recover(); v != nil {
			report = fmt.Sprintf("%v\n\n%s", v, debug.Stack())
		}
	}()
	f()
	return ""
}
