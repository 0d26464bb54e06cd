package serve

import (
	"crypto/ed25519"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"golang.org/x/crypto/ssh"

	"hdpadmin/internal/shell"
)

// MakeHostKey makes an ed25519 key in a new file that only its owner can read. A file that is there
// already stays as it is, and is an error that is fs.ErrExist.
func MakeHostKey(path string) error {
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		return fmt.Errorf("create the host key: %w", err)
	}
	block, err := ssh.MarshalPrivateKey(private, "")
	if err != nil {
		return fmt.Errorf("create the host key: %w", err)
	}
	// Written under another name first: a key that is only half written would stop every later start.
	f, err := os.CreateTemp(filepath.Dir(path), ".hostkey-*")
	if err != nil {
		return fmt.Errorf("create the host key: %w", err)
	}
	defer os.Remove(f.Name()) //nolint:errcheck // the key has its own name by then
	_, err = f.Write(pem.EncodeToMemory(block))
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Link(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("create the host key: %w", err)
	}
	return nil
}

// ReadHostKey reads the key by which clients recognize the service. It is an error if others can read
// the file: they could impersonate the service.
func ReadHostKey(path string) (ssh.Signer, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read the host key: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("the host key %s is not a file", path)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("other users can read the host key: run chmod 600 %s, or delete it if someone may have copied it; the service creates a new one", shell.QuotePath(path))
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the host key: %w", err)
	}
	signer, err := ssh.ParsePrivateKey(raw)
	var locked *ssh.PassphraseMissingError
	switch {
	case errors.As(err, &locked):
		return nil, fmt.Errorf("the host key %s has a passphrase, which the service cannot type: to remove it, run ssh-keygen -p -N '' -f %s", path, shell.QuotePath(path))
	case err != nil:
		return nil, fmt.Errorf("the host key %s is not a private key: move it away, and the service creates a new one", path)
	}
	return signer, nil
}

// OpenHostKey reads the host key, and makes it if it is missing.
func OpenHostKey(path string) (signer ssh.Signer, made bool, err error) {
	signer, err = ReadHostKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return signer, false, err
	}
	if err := MakeHostKey(path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, false, err
	}
	signer, err = ReadHostKey(path)
	return signer, true, err
}

// Fingerprint returns what a client shows when it sees the key for the first time.
func Fingerprint(key ssh.Signer) string { return ssh.FingerprintSHA256(key.PublicKey()) }
