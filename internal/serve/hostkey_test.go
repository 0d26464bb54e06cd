//go:build unix

package serve_test

import (
	"crypto/ed25519"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/crypto/ssh"

	"hdpadmin/internal/serve"
)

func TestHostKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "host key")
	if _, err := serve.ReadHostKey(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("reading makes no key: %v", err)
	}
	first, made, err := serve.OpenHostKey(path)
	if err != nil || !made || first.PublicKey().Type() != ssh.KeyAlgoED25519 {
		t.Fatal(first, made, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if all, _ := os.ReadDir(filepath.Dir(path)); len(all) != 1 {
		t.Errorf("left behind: %v", all)
	}
	second, made, err := serve.OpenHostKey(path)
	if err != nil || made || serve.Fingerprint(second) != serve.Fingerprint(first) || !strings.HasPrefix(serve.Fingerprint(first), "SHA256:") {
		t.Error(second, made, err)
	}
	if err := serve.MakeHostKey(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a key was made over another: %v", err)
	}
}

func TestHostKeyOfTwoStartsAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	var all [8]string
	var starts sync.WaitGroup
	for i := range all {
		starts.Go(func() {
			key, _, err := serve.OpenHostKey(path)
			if err != nil {
				t.Error(err)
				return
			}
			all[i] = serve.Fingerprint(key)
		})
	}
	starts.Wait()
	for _, f := range all {
		if f != all[0] {
			t.Errorf("several keys: %q", all)
		}
	}
}

func TestUnusableHostKeys(t *testing.T) {
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKeyWithPassphrase(private, "", []byte("secret"))
	if err != nil {
		t.Fatal(err)
	}
	locked := string(pem.EncodeToMemory(block))
	folder := t.TempDir()
	for name, test := range map[string]struct {
		text string
		mode os.FileMode
		want string
	}{
		"group":  {"", 0o640, "other users can read the host key: run chmod 600 "},
		"others": {"", 0o604, "other users can read the host key: run chmod 600 "},
		"locked": {locked, 0o600, "has a passphrase"},
		"text":   {"nonsense", 0o600, "is not a private key"},
		"empty":  {"", 0o600, "is not a private key"},
		"public": {"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ", 0o600, "is not a private key"},
	} {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(test.text), test.mode); err != nil {
			t.Fatal(err)
		}
		if _, made, err := serve.OpenHostKey(path); err == nil || made || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %t, %v", name, made, err)
		}
		if raw, err := os.ReadFile(path); err != nil || string(raw) != test.text {
			t.Errorf("%s was changed: %v", name, err)
		}
	}
	if _, _, err := serve.OpenHostKey(folder); err == nil || !strings.Contains(err.Error(), "is not a file") {
		t.Errorf("a folder: %v", err)
	}
	if _, _, err := serve.OpenHostKey(filepath.Join(folder, "none", "key")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no folder: %v", err)
	}
}
