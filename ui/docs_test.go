package ui

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"

	_ "github.com/charmbracelet/x/exp/golden" // owns -update

	"hdpadmin/ui/actionlist"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/help"
	"hdpadmin/ui/theme"
)

const (
	keysBegin = "<!-- keys: written by go test ./ui -run TestKeysDocument -update -->\n"
	keysEnd   = "<!-- /keys -->\n"
)

// TestKeysDocument holds docs/keys.md against the registry of actions, and writes it
// with -update.
func TestKeysDocument(t *testing.T) {
	const path = "../docs/keys.md"
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begun := strings.Cut(string(raw), keysBegin)
	listed, after, ended := strings.Cut(rest, keysEnd)
	if !begun || !ended {
		t.Fatalf("%s has no place for the keys", path)
	}
	want := "\n" + keyTables() + "\n"
	if rows := strings.Count(want, "\n| `"); rows != len(actions()) {
		t.Errorf("%d actions are listed, and there are %d", rows, len(actions()))
	}
	if listed == want {
		return
	}
	if f := flag.Lookup("update"); f == nil || f.Value.String() != "true" {
		t.Fatalf("%s does not list the console's keys: run make golden\nwant:\n%s", path, want)
	}
	if err := os.WriteFile(path, []byte(before+keysBegin+want+keysEnd+after), 0o600); err != nil {
		t.Fatal(err)
	}
}

// keyTables returns a table in Markdown for each place, with the keys as the settings
// file spells them.
func keyTables() string {
	var b strings.Builder
	for _, g := range groups() {
		fmt.Fprintf(&b, "### %s\n\n| key | action | what it does |\n|---|---|---|\n", g.heading)
		for _, a := range actions() {
			if a.Places[0] != g.place {
				continue
			}
			id := "`" + string(a.ID) + "`"
			if a.Run == nil {
				id = "–" // a key of the field, which [keys] cannot change
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", strings.Join(a.Keys, "` `"), id, a.Help)
		}
		b.WriteString("\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// TestHelpTexts checks that every help text begins with a verb and fits one line of the
// help at 80 columns.
func TestHelpTexts(t *testing.T) {
	longest := ""
	for _, a := range actions() {
		if frame.Width(a.Keycap()) > frame.Width(longest) {
			longest = a.Keycap()
		}
	}
	lines := func(text string) int {
		rows := []actionlist.Row{{Heading: "Keys", Key: longest, Text: text}}
		return len(help.New(rows).View(theme.Mono(), frame.Keys{}, 80, 50).Lines)
	}
	for _, a := range actions() {
		if verb := strings.FieldsFunc(a.Help, isNoLetter)[0]; !slices.Contains(helpVerbs(), verb) {
			t.Errorf("help of %s, %q: begin with a verb, or add %q to helpVerbs", a.ID, a.Help, verb)
		}
		if lines(a.Help) > lines("x") {
			t.Errorf("help of %s, %q: longer than one line of the help at 80 columns", a.ID, a.Help)
		}
	}
}

func isNoLetter(r rune) bool { return !unicode.IsLetter(r) }

// helpVerbs returns the first words of help texts. Add one if a new action needs it.
func helpVerbs() []string {
	return []string{
		"accept", "activate", "add", "apply", "cancel", "change", "check", "choose", "clear", "close", "complete", "confirm", "copy",
		"deactivate", "delete", "discard", "draw", "edit", "export", "filter", "find", "follow", "force", "generate", "give", "go", "leave", "list",
		"lock", "mark", "move", "open", "pause", "prepare", "quit", "read", "redraw", "reload", "repeat", "reset", "resume",
		"retry", "reverse", "review", "run", "scroll", "search", "send", "set", "show", "sort", "start", "stop", "suspend",
		"switch", "undo", "unlock", "unmark", "write",
	}
}
