package config

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/natefinch/atomic"
)

// LastProfile returns the profile that the file remembers. It returns "" if the file is
// missing or broken, which must not prevent a start.
func LastProfile(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer func() { _ = f.Close() }()
	raw, err := io.ReadAll(io.LimitReader(f, maxLine))
	if name := strings.TrimSuffix(string(raw), "\n"); err == nil && isProfileName(name) {
		return name
	}
	return ""
}

// RememberProfile stores the profile in the file.
func RememberProfile(path, name string) error {
	if LastProfile(path) == name {
		return nil
	}
	if err := replaceFile(path, name+"\n"); err != nil {
		return fmt.Errorf("cannot remember the profile for the next start: %w", err)
	}
	return nil
}

// replaceFile replaces the file atomically and makes it private. After an error, the old
// file is unchanged.
func replaceFile(path, content string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return atomic.WriteFile(path, strings.NewReader(content))
}
