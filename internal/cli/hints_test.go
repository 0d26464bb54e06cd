package cli_test

import (
	"regexp"
	"testing"

	"hdpadmin/internal/cli"
	"hdpadmin/internal/explain"
)

func TestEveryHintHasASentenceForAShell(t *testing.T) {
	t.Parallel()
	keys := regexp.MustCompile(`(?i)\b(press|ctrl|enter|esc)\b`)
	said := map[string]bool{}
	for _, h := range explain.Hints() {
		text := cli.HintText(h)
		if text == "" || keys.MatchString(text) {
			t.Errorf("hint %d: %q", h, text)
		}
		if said[text] {
			t.Errorf("two hints say %q", text)
		}
		said[text] = true
	}
}
