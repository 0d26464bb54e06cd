package words

import "testing"

func TestCapitalize(t *testing.T) {
	for s, want := range map[string]string{
		"": "", "unlock": "Unlock", "Unlock": "Unlock", "status 7": "Status 7", "7 days": "7 days", "über": "über",
	} {
		if got := Capitalize(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}
