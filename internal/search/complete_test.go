package search

import (
	"slices"
	"strings"
	"testing"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
)

func TestCompletions(t *testing.T) {
	tenant := func(id int64, name string) account.Account {
		return account.Account{ID: id, TenantID: id, TenantName: hdpclient.TextOf(name), Roles: account.RolesOf(1, 10+id%3)}
	}
	s := snapshotOf([]account.Account{
		tenant(1, "System"), tenant(56, "Sales"), tenant(57, "North Sales"), tenant(58, "evil\x1b[31m"), tenant(59, ""),
		{ID: 60},
		func() account.Account { a := tenant(56, "Sales"); a.ID = 61; return a }(),
	})
	names := []string{"tenant:", "status:", "locked:", "must-change:", "expires:", "role:"}
	for typed, want := range map[string][]string{ // ▏ is the cursor
		"▏":                     names,
		"ali ▏":                 names,
		"▏ali":                  names,
		"s▏":                    {"status:"},
		"ST▏":                   {"status:"},
		"-l▏":                   {"locked:"},
		"-▏":                    names,
		"al▏":                   nil,
		"st▏atus:active":        nil, // already complete
		"x▏yz":                  nil,
		"status:▏":              {"active", "inactive"},
		"status:▏foo":           {"active", "inactive"},
		"status:i▏":             {"inactive"},
		"-Status:I▏":            {"inactive"},
		"status:inactive▏":      nil,
		"locked:▏":              {"yes", "no", "expired"},
		"must-change:y▏":        {"yes"},
		"expires:▏":             {"<7d", ">30d", "never", "past"},
		"expires:>▏":            {">30d"},
		"tenant:▏":              {"58", `"North Sales"`, "Sales", "System", "59"},
		"tenant:s▏":             {"Sales", "System", `"North Sales"`},
		"tenant:sal▏ ali":       {"Sales", `"North Sales"`},
		"tenant:north▏":         {`"North Sales"`},
		"tenant:\"north s▏\" b": {`"North Sales"`},
		"tenant:5▏":             {"58", `"North Sales"`, "Sales", "59"},
		"tenant:zzz▏":           nil,
		"role:▏":                {"1", "10", "11", "12"},
		"role:1▏":               {"10", "11", "12"},
		"\"sta▏":                nil,
		"a status:active l▏ b":  {"locked:"},
	} {
		cursor := strings.Index(typed, "▏")
		typed = strings.Replace(typed, "▏", "", 1)
		var got []string
		for _, c := range s.Complete(typed, cursor) {
			got = append(got, c.Text)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q at %d: %q, want %q", typed, cursor, got, want)
		}
	}
	for typed, want := range map[string]string{ // the result of the first completion
		"ali s▏ bob":               "ali status: bob",
		"-s▏":                      "-status:",
		"▏":                        "tenant:",
		"l▏ock:yes":                "locked:yes",
		"status:▏foo x":            "status:active x",
		"tenant:\"north s▏xx\" b":  `tenant:"North Sales" b`,
		"a tenant:\"north s▏":      `a tenant:"North Sales"`,
		"ali -tenant:sa▏ -role:1":  "ali -tenant:Sales -role:1",
		"status:active▏ locked:no": "status:active locked:no",
	} {
		cursor := strings.Index(typed, "▏")
		typed = strings.Replace(typed, "▏", "", 1)
		got := typed
		if all := s.Complete(typed, cursor); len(all) > 0 {
			got = typed[:all[0].Start] + all[0].Text + typed[all[0].End:]
		}
		if got != want {
			t.Errorf("%q at %d becomes %q, want %q", typed, cursor, got, want)
		}
	}
}

func TestCompletionsAreLimited(t *testing.T) {
	var b Builder
	for i := range int64(500) {
		b.Add(account.Account{ID: i, TenantID: i + 1})
	}
	if got := len(b.Finish().Complete("tenant:", 7)); got != maxCompletions {
		t.Errorf("%d completions", got)
	}
	if got := new(Snapshot).Complete("tenant:", 7); len(got) != 0 {
		t.Errorf("of nothing: %v", got)
	}
}

func TestTenantsWithTheSameNameShowTheirIDs(t *testing.T) {
	var b Builder
	for i, name := range []string{"Sales", "Ops", "sales", "Sales"} {
		b.Add(account.Account{ID: int64(i + 1), TenantID: int64(56 + i%3), TenantName: hdpclient.TextOf(name)})
	}
	var got []string
	for _, c := range b.Finish().Complete("tenant:", 7) {
		got = append(got, c.Text+" "+c.Label)
	}
	if want := []string{"Ops ", "56 Sales (56)", "58 sales (58)"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
