package serve

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// monotonic returns when a reload begins, in the clock of systemd, which a unit of the type
// notify-reload requires.
func monotonic() string {
	var now unix.Timespec
	if unix.ClockGettime(unix.CLOCK_MONOTONIC, &now) != nil {
		return ""
	}
	return fmt.Sprintf("\nMONOTONIC_USEC=%d", now.Nano()/1000)
}
