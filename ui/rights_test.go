package ui_test

import (
	"testing"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/ui/uitest"
)

// janeDoe is the id of an operator whose sign-in names differ from the user name.
const janeDoe = 900

// addJaneDoe adds jane.doe, who signs in as "jdoe" and as "jd|LDAP1".
func addJaneDoe(s *hdptest.Server, permissions ...int64) {
	bar := "|"
	s.SetConfiguration(1, &bar)
	s.SetQuirk(hdptest.SignInByAuthName, true)
	s.AddAccount(hdptest.Account{
		ID: janeDoe, UserName: "jane.doe", Password: hdptest.AdminPassword, TenantsAdministered: []int64{1, 27, 32, 56, 57, 61, 88},
		Roles: []int64{6}, Permissions: append([]int64{14, 15}, permissions...), // 6: a role without rights
		AuthUsers: []hdptest.AuthUser{{AuthUserName: "jdoe", AuthServiceID: 1}, {AuthUserName: "jd", AuthServiceID: 2}},
	})
}

func asJaneDoe(login string, permissions ...int64) []uitest.OperatorOption {
	return with(uitest.As(login, hdptest.AdminPassword), uitest.Given(func(s *hdptest.Server) { addJaneDoe(s, permissions...) }))
}

func TestOwnAccountIsRecognisedByEverySignInName(t *testing.T) {
	t.Parallel()
	const certain, possible = "This is your own account, and", "This may be your own account, and"
	noSearch := failing(hdptest.Fault{
		Path: "/api/admin/users/authUserName/*", Kind: hdptest.Status, Status: 403, Times: hdptest.Forever,
		Body: envelope("222208103", "You lack the permissions to access this url."),
	})
	namesake := uitest.Given(func(s *hdptest.Server) {
		s.AddAccount(hdptest.Account{UserName: "john.doe", TenantID: 56, AuthUsers: []hdptest.AuthUser{{AuthUserName: "jd", AuthServiceID: 3}}})
	})
	for name, c := range map[string]struct {
		habits []uitest.OperatorOption
		warns  string
		row    string // in a batch
	}{
		"said by the server":               {asJaneDoe("jd|LDAP1", 11), certain, "skipped"},
		"found by the name at a service":   {asJaneDoe("jd|LDAP1"), certain, "skipped"},
		"found by the internal name":       {asJaneDoe("JDoe"), certain, "skipped"},
		"without a search, at a service":   {append(asJaneDoe("jd|LDAP1"), noSearch), possible, "may be yours, skipped"},
		"without a search, internal name":  {append(asJaneDoe("jdoe"), noSearch), possible, "may be yours, skipped"},
		"the same name at another service": {append(asJaneDoe("jd|LDAP1"), namesake), possible, "may be yours, skipped"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			op := uitest.Operator(t, append(c.habits, uitest.On(100, 30))...)
			op.Opens("900")
			op.Presses("a", "enter")
			op.Sees(c.warns, "type the full user name")
			op.Presses("esc", "r", "enter")
			op.Sees(c.warns, "type the full user name")
			op.Presses("esc", "esc", "space", "a", "d")
			op.Shows("0 of 1 will change, 1 own account.", "own account jane.doe "+c.row)
			checkNothingWritten(t, op)
		})
	}
}

func TestLastAdministratorIsAskedAbout(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, uitest.As("helpdesk", hdptest.HelpdeskPassword), uitest.Given(func(s *hdptest.Server) {
		s.SetStatusInfo(1, `{"status":0}`) // d2cadmin
		s.AddAccount(hdptest.Account{ID: 900, UserName: "root.two", TenantID: 56, Roles: []int64{1}})
	}))
	op.Opens("900")
	op.Presses("a", "enter")
	op.Sees("This is the last active administrator in the list.", "type the full user name")
}

// What the login may not do comes before what the account does not need.
func TestAMissingPermissionIsTheFirstReason(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, uitest.As("viewer", hdptest.ViewerPassword), uitest.On(120, 36))
	op.Opens("alina") // not locked
	op.Presses("u")
	op.Sees("u: your login lacks ModifyUsers (15)")
}
