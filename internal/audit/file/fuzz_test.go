//go:build linux || darwin

package file_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"hdpadmin/internal/audit/file"
)

// Any file can be read to its end, and a writer either refuses it or continues it without hiding
// or adding a break.
func FuzzAnyFile(f *testing.F) {
	_, sound := sampleLog(f)
	all := bytes.Join(sound, nil)
	f.Add([]byte(nil))
	f.Add([]byte("\n"))
	f.Add([]byte("{"))
	f.Add([]byte(`{"seq":1,"prev":"`))
	f.Add([]byte("hello\n"))
	f.Add([]byte("\x00\x00\n{\"seq\":"))
	f.Add(all)
	f.Add(all[:2*len(sound[0])])
	f.Add(all[:len(all)-1])
	f.Add(all[:len(all)-70])
	f.Add(append(bytes.Clone(all[:len(all)-70]), '\n'))
	f.Add(append(bytes.Clone(all), sound[3]...))
	f.Add(append(bytes.Clone(sound[0]), bytes.Repeat([]byte("x\n"), 200)...))
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(t.TempDir(), "audit.jsonl")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		before := verify(t, path)
		entries := 0
		for _, err := range file.Read(path) {
			var line *file.LineError
			switch {
			case err == nil:
				entries++
			case !errors.As(err, &line):
				t.Fatal(err)
			}
		}
		if entries != before.Entries {
			t.Errorf("read %d entries, verified %d", entries, before.Entries)
		}
		_ = before.String()

		log, err := file.Open(path, file.Identity{}, file.WithSync(func(func() error) error { return nil }))
		if errors.Is(err, file.ErrForeign) {
			if before.OK() && entries > 0 {
				t.Errorf("a log was refused: %v", err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := log.LogEvent(file.KindSignIn, file.Details{}); err != nil {
			t.Fatal(err)
		}
		after := verify(t, path)
		if after.OK() != before.OK() || after.Last != log.Head() {
			t.Errorf("before: %v\nafter: %v", before, after)
		}
	})
}
