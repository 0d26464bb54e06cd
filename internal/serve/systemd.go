package serve

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"time"

	"github.com/coreos/go-systemd/v22/activation"
	"github.com/coreos/go-systemd/v22/daemon"
)

// ActivatedListeners returns the sockets that systemd has opened for the service: none without systemd
// or without a socket unit. They can be had once.
func ActivatedListeners() ([]net.Listener, error) {
	all, err := activation.Listeners()
	if err != nil {
		return nil, fmt.Errorf("take over the sockets of systemd: %w", err)
	}
	if slices.Contains(all, nil) {
		return nil, errors.New("systemd passed a socket that does not listen: use ListenStream in the socket unit")
	}
	return all, nil
}

// notify is one line to systemd. Without systemd, and if systemd does not listen, there is nobody to
// whom it matters.
func notify(state string) { _, _ = daemon.SdNotify(false, state) }

// Report keeps systemd, if there is one, informed until the context ends: that the service is ready,
// that it is alive, and then that it stops. It ends the process's watchdog only while the service can
// answer.
func (s *Server) Report(ctx context.Context) {
	notify(daemon.SdNotifyReady)
	defer notify(daemon.SdNotifyStopping)
	every, err := daemon.SdWatchdogEnabled(false)
	if err != nil || every <= 0 {
		<-ctx.Done()
		return
	}
	ticker := time.NewTicker(every / 3)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			s.countArriving() // waits forever if the service hangs, and systemd then starts it again
			notify(daemon.SdNotifyWatchdog)
		}
	}
}

// Reloading reports to systemd that the service reads its files again, for as long as read takes.
func Reloading(read func()) {
	notify(daemon.SdNotifyReloading + monotonic())
	defer notify(daemon.SdNotifyReady)
	read()
}
