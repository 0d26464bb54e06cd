package config

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/zalando/go-keyring"
)

// keyringService is the name that our entries have in the keyring.
const keyringService = "hdpadmin"

// keyringTime is how long a keyring may take, which may have to ask its user to
// unlock it, and busTime how long the bus that leads to it may take, which asks
// nobody.
const (
	keyringTimeout = time.Minute
	busTimeout     = time.Second
)

// ErrNotInKeyring is that the keyring works and has no password for the account.
var ErrNotInKeyring = errors.New("the keyring has no password for this login")

// KeyringAccount is the name of a login at a server in the keyring. Equal addresses have
// one name, however they are written.
func KeyringAccount(user, server string) string {
	u, err := url.Parse(server)
	if err != nil {
		return user + "@" + server
	}
	host := strings.ToLower(u.Host)
	if u.Port() == "443" && u.Scheme == "https" || u.Port() == "80" && u.Scheme == "http" {
		host = strings.TrimSuffix(host, ":"+u.Port())
	}
	return user + "@" + u.Scheme + "://" + host + strings.TrimRight(u.EscapedPath(), "/")
}

// GetFromKeyring is the password of the account in the keyring of the desktop.
func GetFromKeyring(ctx context.Context, account string) (string, error) {
	return callViaBus(ctx, busTimeout, func() (string, error) { return keyring.Get(keyringService, account) })
}

// PutInKeyring stores the password of the account, in place of an older one.
func PutInKeyring(ctx context.Context, account, password string) error {
	_, err := callViaBus(ctx, busTimeout, func() (string, error) { return "", keyring.Set(keyringService, account, password) })
	return err
}

// RemoveFromKeyring removes the password of the account.
func RemoveFromKeyring(ctx context.Context, account string) error {
	_, err := callViaBus(ctx, busTimeout, func() (string, error) { return "", keyring.Delete(keyringService, account) })
	return err
}

// callViaBus asks the bus that leads to the keyring first, so that one that never answers
// costs a second and not a minute. A bus that refuses is the keyring's to report.
func callViaBus(ctx context.Context, limit time.Duration, call func() (string, error)) (string, error) {
	if _, err := callKeyring(ctx, limit, func() (string, error) { waitForBus(); return "", nil }); err != nil {
		return "", err
	}
	return callKeyring(ctx, keyringTimeout, call)
}

// callKeyring waits for the keyring no longer than limit. The library takes no
// context: a call that is not waited for goes on by itself.
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
