package config

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/natefinch/atomic"
)

// LastProfile is the profile that the file remembers, "" where there is none: a file
// that is missing or broken is no reason not to start.
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

// RememberProfile makes the file remember the profile.
func RememberProfile(path, name string) error {
	if LastProfile(path) == name {
		return nil
	}
	if err := replaceFile(path, name+"\n"); err != nil {
		return fmt.Errorf("cannot remember the profile for the next start: %w", err)
	}
	return nil
}

// replaceFile writes the file anew, for its owner alone and in one step: until the new
// one is whole, and after an error, the old one stays.
func replaceFile(path, content string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return atomic.WriteFile(path, strings.NewReader(content))
}
