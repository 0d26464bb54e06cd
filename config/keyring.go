package config

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/zalando/go-keyring"

	"hdpadmin/internal/address"
)

const keyringService = "hdpadmin"

// A keyring may have to ask its user to unlock it. The bus that leads to it asks no one.
const (
	keyringTimeout = time.Minute
	busTimeout     = time.Second
)

// ErrNotInKeyring means that the keyring works but has no password for the account.
var ErrNotInKeyring = errors.New("the keyring has no password for this user and server")

// KeyringAccount returns the name of a login at a server in the keyring. It is the same
// for every spelling of the server's address.
func KeyringAccount(user, server string) string {
	return user + "@" + address.Canonical(server)
}

// GetFromKeyring returns the account's password from the desktop keyring, or
// [ErrNotInKeyring].
func GetFromKeyring(ctx context.Context, account string) (string, error) {
	return callViaBus(ctx, busTimeout, func() (string, error) { return keyring.Get(keyringService, account) })
}

// PutInKeyring saves the account's password, replacing an older one.
func PutInKeyring(ctx context.Context, account, password string) error {
	_, err := callViaBus(ctx, busTimeout, func() (string, error) { return "", keyring.Set(keyringService, account, password) })
	return err
}

// RemoveFromKeyring deletes the account's password. It returns [ErrNotInKeyring] if there
// is none.
func RemoveFromKeyring(ctx context.Context, account string) error {
	_, err := callViaBus(ctx, busTimeout, func() (string, error) { return "", keyring.Delete(keyringService, account) })
	return err
}

// callViaBus tries the bus first, so that a silent bus costs a second instead of a minute.
// It leaves it to the keyring to report a bus that fails.
func callViaBus(ctx context.Context, limit time.Duration, call func() (string, error)) (string, error) {
	if _, err := callKeyring(ctx, limit, func() (string, error) { waitForBus(); return "", nil }); err != nil {
		return "", err
	}
	return callKeyring(ctx, keyringTimeout, call)
}

// callKeyring waits for at most limit. The library takes no context, so an abandoned call
// continues in the background.
func callKeyring(ctx context.Context, limit time.Duration, call func() (string, error)) (string, error) {
	type answer struct {
		password string
		err      error
	}
	answered := make(chan answer, 1)
	go func() {
		password, err := call()
		answered <- answer{password, err}
	}()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case a := <-answered:
		switch {
		case errors.Is(a.err, keyring.ErrNotFound):
			return "", ErrNotInKeyring
		case a.err != nil:
			return "", fmt.Errorf("the keyring is not available: %s", clean(a.err.Error()))
		}
		return a.password, nil
	case <-timer.C:
		return "", fmt.Errorf("the keyring did not answer within %s", limit)
	case <-ctx.Done():
		return "", ctx.Err()
	}
}
