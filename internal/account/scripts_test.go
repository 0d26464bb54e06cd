package account

import (
	"strings"
	"testing"

	"hdpadmin/hdpclient"
)

func TestMixedScripts(t *testing.T) {
	for name, want := range map[string]string{
		"alice.smith": "", "аlice": "Cyrillic Latin", "саша": "", "саша7": "", "Ωmega": "Greek Latin", "山田太郎": "", "山田.tanaka": "",
		"たなかタナカ田中": "", "김철수.kim": "", "山田аs": "Cyrillic Han Latin", "한たa": "Hangul Hiragana Latin", "josé": "", "": "", "🎉": "", "a\u0301б": "Cyrillic Latin",
		"\xff": "",
	} {
		if got := strings.Join(MixedScripts(hdpclient.TextOf(name)), " "); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func TestScriptWarning(t *testing.T) {
	for name, want := range map[string]string{"alice": "", "аlice": "This name mixes letters of different scripts: Cyrillic, Latin."} {
		if got := ScriptWarning(hdpclient.TextOf(name)); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
