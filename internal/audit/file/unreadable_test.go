//go:build linux || darwin

package file_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"hdpadmin/internal/audit/file"
)

// A log that cannot be read must not look like an empty one.
func TestAnUnreadableLogIsAnErrorEverywhere(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, path string) string{
		"no such folder": func(_ *testing.T, path string) string { return filepath.Join(path, "none", "audit.jsonl") },
		"a folder in its place": func(t *testing.T, path string) string {
			if err := os.Mkdir(path, 0o700); err != nil {
				t.Fatal(err)
			}
			return path
		},
		"a pipe in its place": func(t *testing.T, path string) string {
			if err := unix.Mkfifo(path, 0o600); err != nil {
				t.Fatal(err)
			}
			return path
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := spoil(t, filepath.Join(t.TempDir(), "audit.jsonl"))
			for how, read := range map[string]func() error{
				"forwards":           func() error { return firstError(file.Read(path)) },
				"backwards":          func() error { return firstError(file.ReadBackwards(path)) },
				"unfinished batches": func() error { _, err := file.UnfinishedBatches(path); return err },
				"by a follower":      func() error { return file.NewFollower(path).Update() },
				"verified":           func() error { _, err := file.Verify(path); return err },
			} {
				if err := read(); err == nil {
					t.Errorf("%s: no error", how)
				}
			}
		})
	}
}

func firstError(entries func(func(file.Entry, error) bool)) (err error) {
	entries(func(_ file.Entry, e error) bool { err = e; return e == nil })
	return err
}

func TestALineErrorSaysWhereTheLineIs(t *testing.T) {
	path, sound := sampleLog(t)
	writeLines(t, path, append(clone(sound[:2]), []byte("hello\n")))
	var at *file.LineError
	if err := firstError(file.Read(path)); !errors.As(err, &at) || at.Line != 3 || !errors.Is(err, file.ErrBroken) ||
		!strings.HasPrefix(err.Error(), path+", line 3: ") {
		t.Errorf("%v", err)
	}
}

// Backwards, a line is judged by its beginning. If that is damaged, the result must be the same as
// forwards.
func TestADamagedBeginningIsNotAnEntry(t *testing.T) {
	path, sound := sampleLog(t)
	for i, line := range sound {
		begins := bytes.Index(line, []byte(`,"login"`))
		if begins < 0 {
			begins = 200
		}
		for at := 0; at < begins; at += 3 {
			damaged := bytes.Clone(line)
			damaged[at] ^= 1
			writeLines(t, path, append(append(clone(sound[:i]), damaged), sound[i+1:]...))
			for _, kinds := range [][]file.Kind{nil, {file.KindOutcome}} {
				var forwards, backwards []uint64
				for e, err := range file.Read(path) {
					if err == nil && (kinds == nil || e.Kind == file.KindOutcome) {
						forwards = append(forwards, e.Seq)
					}
				}
				for e, err := range file.ReadBackwards(path, kinds...) {
					if err != nil {
						t.Fatal(err)
					}
					backwards = append(backwards, e.Seq)
				}
				if slices.Reverse(backwards); !slices.Equal(forwards, backwards) {
					t.Fatalf("%s damaged at %d: forwards %v, backwards %v", line, at, forwards, backwards)
				}
			}
		}
	}
}
