package export

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func says(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

var errHalfway = errors.New("halfway")

func fails(w io.Writer) error {
	_, _ = io.WriteString(w, "half")
	return errHalfway
}

// holds checks a file's content and that only the user may read it.
func holds(t *testing.T, path, want string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("%s holds %q, %v; want %q", filepath.Base(path), got, err, want)
		return
	}
	if info, err := os.Lstat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("%s: %v, %v", filepath.Base(path), info.Mode(), err)
	}
}

// alone checks that a folder contains exactly these files.
func alone(t *testing.T, dir string, names ...string) {
	t.Helper()
	found, err := os.ReadDir(dir)
	if err != nil || len(found) != len(names) {
		t.Errorf("found %v, %v; want %q", found, err, names)
	}
}

func TestWriteErrorNamesTheFileOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "not here", "a.csv")
	for _, write := range []func(string, func(io.Writer) error) error{Save, Replace} {
		err := write(path, says("new"))
		if want := "cannot write " + path + ": no such file or directory"; !errors.Is(err, fs.ErrNotExist) || err.Error() != want {
			t.Errorf("%q, want %q", err, want)
		}
	}
}

func TestCreateNewFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.csv")
	if err := Save(path, says("new")); err != nil {
		t.Fatal(err)
	}
	holds(t, path, "new")
	if err := Save(path, says("other")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("an existing file: %v", err)
	}
	holds(t, path, "new")

	link := filepath.Join(dir, "link")
	if err := os.Symlink(filepath.Join(dir, "nowhere"), link); err != nil {
		t.Fatal(err)
	}
	if err := Save(link, says("other")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a link to nowhere: %v", err)
	}
	if err := Save(filepath.Join(dir, "b.csv"), fails); !errors.Is(err, errHalfway) {
		t.Errorf("got %v", err)
	}
	if err := Save(filepath.Join(dir, "none", "c.csv"), says("x")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	alone(t, dir, "a.csv", "link")
}

func TestReplaceFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.csv")
	if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Replace(path, fails); !errors.Is(err, errHalfway) {
		t.Errorf("got %v", err)
	}
	if got, _ := os.ReadFile(path); string(got) != "old" {
		t.Errorf("after an error it holds %q", got)
	}
	if err := Replace(path, func(w io.Writer) error {
		if got, _ := os.ReadFile(path); string(got) != "old" {
			t.Errorf("while the new one is written it holds %q", got)
		}
		return says("new")(w)
	}); err != nil {
		t.Fatal(err)
	}
	holds(t, path, "new")
	if err := Replace(filepath.Join(dir, "b.csv"), says("first")); err != nil {
		t.Fatal(err)
	}
	holds(t, filepath.Join(dir, "b.csv"), "first")
	alone(t, dir, "a.csv", "b.csv")
}

func TestLinkIsReplacedNotItsTarget(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "target"), filepath.Join(dir, "link")
	if err := errors.Join(os.WriteFile(target, []byte("old"), 0o600), os.Symlink(target, link)); err != nil {
		t.Fatal(err)
	}
	if err := Replace(link, says("new")); err != nil {
		t.Fatal(err)
	}
	holds(t, target, "old")
	holds(t, link, "new")
}

func TestOnlyRegularFilesAreReplaced(t *testing.T) {
	dir := t.TempDir()
	if err := Replace(dir, says("x")); err == nil {
		t.Error("a folder was replaced")
	}
	if err := Replace(os.DevNull, says("x")); err == nil {
		t.Error("a device was replaced")
	}
	alone(t, dir)
}

func TestPanicLeavesNoFile(t *testing.T) {
	dir := t.TempDir()
	func() {
		defer func() { _ = recover() }()
		_ = Save(filepath.Join(dir, "a.csv"), func(io.Writer) error { panic("halfway") })
	}()
	alone(t, dir)
}
