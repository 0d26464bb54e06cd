package config

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/natefinch/atomic"
)

// LastUsed is the profile that the file remembers, "" where there is none: a file
// that is missing or broken is no reason not to start.
func LastUsed(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer func() { _ = f.Close() }()
	raw, err := io.ReadAll(io.LimitReader(f, longest))
	if name := strings.TrimSuffix(string(raw), "\n"); err == nil && isName(name) {
		return name
	}
	return ""
}

// RememberProfile makes the file remember the profile.
func RememberProfile(path, name string) error {
	if LastUsed(path) == name {
		return nil
	}
	if err := replace(path, name+"\n"); err != nil {
		return fmt.Errorf("the profile is not remembered: %w", err)
	}
	return nil
}

// replace writes the file anew, for its owner alone and in one step: until the new
// one is whole, and after an error, the old one stays.
func replace(path, content string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return atomic.WriteFile(path, strings.NewReader(content))
}
