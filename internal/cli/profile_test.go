package cli_test

import (
	"maps"
	"testing"

	"hdpadmin/config"
	"hdpadmin/internal/cli"
)

// TestWhatWasGivenForOneServerIsNotForTheNext goes through every flag: what is not
// named here is dropped, and so is what makes the console less careful.
func TestWhatWasGivenForOneServerIsNotForTheNext(t *testing.T) {
	everything := map[string]string{}
	for _, s := range config.All() {
		if s.Flag() != "" {
			everything[s.Name] = "false"
		}
	}
	want := map[string]string{"profile": "test"}
	for _, name := range []string{
		"config", "audit_file", "audit_group", "audit_syslog", "log_file", "debug", "theme", "ascii", "time_zone", "expiring_within",
	} {
		want[name] = "false"
	}
	if got := cli.OnTo(everything, "test"); !maps.Equal(got, want) {
		t.Errorf("left of what was given:\n%v\nwant\n%v", got, want)
	}
	careful := map[string]string{"read_only": "true", "require_reason": "true", "confirm": config.TypeName}
	got := cli.OnTo(careful, "test")
	careful["profile"] = "test"
	if !maps.Equal(got, careful) {
		t.Errorf("left of what makes it careful: %v", got)
	}
}

func TestTheNameThatANewProfileIsToHave(t *testing.T) {
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
		if got := cli.Proposed(c.host, c.taken...); got != c.want {
			t.Errorf("%s, with %v: %s, want %s", c.host, c.taken, got, c.want)
		}
	}
}
