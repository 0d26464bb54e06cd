package cli_test

import (
	"testing"

	"hdpadmin/internal/cli"
)

func TestNewProfilesGetAFreeName(t *testing.T) {
	for _, c := range []struct {
		host  string
		taken []string
		want  string
	}{
		{"hdp.example.com", nil, "hdp"},
		{"hdp-prod", nil, "hdp-prod"},
		{"hdp.example.com", []string{"HDP", "hdp-2"}, "hdp-3"},
		{"10.0.0.7", nil, "server"},
		{"::1", []string{"server"}, "server-2"},
	} {
		if got := cli.ProposeName(c.host, c.taken...); got != c.want {
			t.Errorf("%s, with %v: %s, want %s", c.host, c.taken, got, c.want)
		}
	}
}
