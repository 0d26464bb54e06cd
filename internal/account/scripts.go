package account

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"hdpadmin/hdpclient"
)

// ScriptWarning says that a name may be mistaken for another, because it mixes letters of several
// scripts; "" if it does not.
func ScriptWarning(name hdpclient.Text) string {
	scripts := MixedScripts(name)
	if scripts == nil {
		return ""
	}
	return "This name mixes letters of different scripts: " + strings.Join(scripts, ", ") + "."
}

// MixedScripts returns the scripts of the name's letters if there are several. The
// scripts used together for Japanese, Chinese or Korean count as one, also together
// with Latin.
func MixedScripts(name hdpclient.Text) []string {
	if !strings.ContainsFunc(name.Raw(), func(r rune) bool { return r >= utf8.RuneSelf }) {
		return nil
	}
	var scripts []string
	last := "Latin"
	for _, r := range name.Raw() {
		if !unicode.IsLetter(r) {
			continue
		}
		if last = scriptOf(r, last); last != "" && !slices.Contains(scripts, last) {
			scripts = append(scripts, last)
		}
	}
	for _, together := range [][]string{
		{"Latin", "Han", "Hiragana", "Katakana"}, {"Latin", "Han", "Bopomofo"}, {"Latin", "Han", "Hangul"},
	} {
		if !slices.ContainsFunc(scripts, func(s string) bool { return !slices.Contains(together, s) }) {
			return nil
		}
	}
	if len(scripts) < 2 {
		return nil
	}
	slices.Sort(scripts)
	return scripts
}

// scriptOf returns the script of a letter, "" for a letter that several scripts share.
// It tries likely first.
func scriptOf(r rune, likely string) string {
	if r < utf8.RuneSelf {
		return "Latin"
	}
	if table, ok := unicode.Scripts[likely]; ok && unicode.Is(table, r) {
		return likely
	}
	for script, table := range unicode.Scripts {
		if unicode.Is(table, r) {
			if script == "Common" || script == "Inherited" {
				return ""
			}
			return script
		}
	}
	return ""
}
