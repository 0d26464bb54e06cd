package diffview_test

import (
	"strings"
	"testing"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
	"hdpadmin/ui/diffview"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/theme"
)

func TestATitleKeepsTheIDOfALongName(t *testing.T) {
	for _, c := range []struct {
		name string
		w    int
		want string
	}{
		{"alice.smith", 36, "Status · alice.smith (307)"},
		{"alice.smith", 24, "Status · alice.sm… (307)"},
		{strings.Repeat("long.name.", 12), 36, "Status · long.name.long.name.… (307)"},
		{"山田太郎山田太郎山田太郎", 36, "Status · 山田太郎山田太郎山田… (307)"},
	} {
		got := diffview.Title(theme.Dark(), "Status", change.Subject{ID: 307, Name: hdpclient.TextOf(c.name)}, c.w)
		if strings.Join(strings.Fields(got), " ") != c.want || frame.Width(got) > c.w {
			t.Errorf("%q in %d cells: %q, %d of them", c.name, c.w, got, frame.Width(got))
		}
	}
}
