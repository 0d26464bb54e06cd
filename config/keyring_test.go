//go:build unix

package config_test

import (
	"context"
	"errors"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/zalando/go-keyring"

	"hdpadmin/config"
)

func TestTheKeyringKeepsAPasswordForEachAccount(t *testing.T) {
	keyring.MockInit()
	ctx := t.Context()
	prod, test := config.KeyringAccount("jdoe", "https://prod.example.com"), config.KeyringAccount("jdoe", "https://test.example.com")
	if _, err := config.GetFromKeyring(ctx, prod); !errors.Is(err, config.ErrNotInKeyring) {
		t.Error(err)
	}
	for _, p := range []string{"old", "geheim"} {
		if err := config.PutInKeyring(ctx, prod, p); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := config.GetFromKeyring(ctx, prod); err != nil || got != "geheim" {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := keyring.Get("hdpadmin", "jdoe@https://prod.example.com"); err != nil || got != "geheim" {
		t.Errorf("stored under its name: %q, %v", got, err)
	}
	if got, err := config.GetFromKeyring(ctx, test); !errors.Is(err, config.ErrNotInKeyring) {
		t.Errorf("another server gets it: %q, %v", got, err)
	}
	if err := config.RemoveFromKeyring(ctx, prod); err != nil {
		t.Error(err)
	}
	if err := config.RemoveFromKeyring(ctx, prod); !errors.Is(err, config.ErrNotInKeyring) {
		t.Error(err)
	}
}

func TestKeyringAccount(t *testing.T) {
	for address, want := range map[string]string{
		"https://hdp.example.com":           "jdoe@https://hdp.example.com",
		"https://hdp.example.com/":          "jdoe@https://hdp.example.com",
		"HTTPS://HDP.example.com:443":       "jdoe@https://hdp.example.com",
		"https://hdp.example.com:8443":      "jdoe@https://hdp.example.com:8443",
		"https://hdp.example.com:8443/HDP/": "jdoe@https://hdp.example.com:8443/HDP",
		"http://localhost:80":               "jdoe@http://localhost",
		"http://localhost:443":              "jdoe@http://localhost:443",
		"https://[::1]:8443":                "jdoe@https://[::1]:8443",
	} {
		if got := config.KeyringAccount("jdoe", address); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}

func TestASilentBusTimesOut(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "bus")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+socket)
	_, err = config.CallViaBus(t.Context(), time.Millisecond, func() (string, error) {
		t.Error("the keyring was asked")
		return "", nil
	})
	check(t, err, "the keyring did not answer within 1ms")
}

func TestASilentKeyringTimesOut(t *testing.T) {
	never := make(chan struct{})
	defer close(never)
	hangs := func() (string, error) { <-never; return "", nil }
	_, err := config.CallKeyring(t.Context(), time.Millisecond, hangs)
	check(t, err, "did not answer within 1ms")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := config.CallKeyring(ctx, time.Minute, hangs); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
