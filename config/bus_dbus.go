//go:build (dragonfly && cgo) || (freebsd && cgo) || linux || netbsd || openbsd

package config

import "github.com/godbus/dbus/v5"

// waitForBus returns once the session bus, which leads to the keyring, has replied or
// failed. It does not start a bus.
func waitForBus() {
	if bus, err := dbus.SessionBusPrivateNoAutoStartup(); err == nil {
		_ = bus.Auth(nil)
		_ = bus.Close()
	}
}
