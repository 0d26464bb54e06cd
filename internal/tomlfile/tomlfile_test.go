package tomlfile_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"hdpadmin/internal/tomlfile"
)

func TestLines(t *testing.T) {
	d := tomlfile.Parse("f.toml", []byte("\ufeffa = 1\n[t.u]\nlist = [\n  \"x\", # one\n  \"\"\"\ny\"\"\",\n  'z']\nin = { k = [\"p\"] }\n\n[t]\n\"b c\" = 2\n"))
	if err := d.Err(); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{
		"a": 1, "t": 2, "t u": 2, "t u list": 3, "t u list #0": 4, "t u list #1": 5, "t u list #2": 7, "t u in k": 8, "t u in k #0": 8,
		"t b_c": 11, "t u list #9": 3, "none": 1, "t u none": 2,
	} {
		parts := strings.Split(path, " ")
		for i, p := range parts {
			parts[i] = strings.ReplaceAll(p, "_", " ")
		}
		if got := d.Line(parts...); got != want {
			t.Errorf("%s: line %d, want %d", path, got, want)
		}
	}
	if keys := d.Keys(d.Content); !slices.Equal(keys, []string{"a", "t"}) {
		t.Errorf("%q", keys)
	}
}

func TestProblems(t *testing.T) {
	d := tomlfile.Parse("f.toml", []byte("a = 1\nb = \n"))
	if err := d.Err(); err == nil || d.Content != nil || !strings.HasPrefix(err.Error(), "f.toml:2: is not valid TOML: ") {
		t.Errorf("%v", err)
	}
	d = tomlfile.Parse("f.toml", []byte("a = 1\na = 2\n"))
	if err := d.Err(); err == nil || !strings.HasPrefix(err.Error(), "f.toml:2: ") {
		t.Errorf("a key given twice: %v", err)
	}
	d = tomlfile.Parse("f.toml", nil)
	if d.Err() != nil || d.Content == nil {
		t.Errorf("an empty file: %v", d.Err())
	}
	d.Report(7, "late")
	d.Reportf(2, "%d %s", 1, "early")
	d.Report(0, "about the file")
	err := d.Err()
	if want := "f.toml: about the file\nf.toml:2: 1 early\nf.toml:7: late"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	if all, is := errors.AsType[tomlfile.Problems](err); !is || len(all) != 3 {
		t.Errorf("%T", err)
	}
}
