package ui

import (
	"strings"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/explain"
	"hdpadmin/ui/action"
)

// Served describes the session of a console that runs on the host of an SSH service.
type Served struct {
	// Operator is who signed in to the service.
	Operator string
	// Login is the only login in HDP that the operator may use, "" for any.
	Login string
	// SharedLogin is the login in HDP that the service signs in with for several operators, "" if this
	// operator has their own. Nobody types its password.
	SharedLogin string
	// OnAccount is called with the name of every account that the operator opens; it may be nil.
	OnAccount func(name string)
}

func (m *console) isServed() bool { return m.opts.Served != nil }

// reportAccount says to the service at which account the operator is.
func (m *console) reportAccount(a account.Account) {
	if m.isServed() && m.opts.Served.OnAccount != nil {
		m.opts.Served.OnAccount(a.Name.String())
	}
}

// usesSharedLogin reports whether the login in use is the one that several operators share.
func (m *console) usesSharedLogin() bool {
	return m.isServed() && m.opts.Served.SharedLogin != "" && strings.EqualFold(m.opts.Served.SharedLogin, m.opts.Client.Login())
}

// loginLabel names a login. Of one that operators share, it says so, and who uses it here.
func (m *console) loginLabel(login string) string {
	login = hdpclient.Clean(login)
	if !m.usesSharedLogin() {
		return login
	}
	return hdpclient.Clean(m.opts.Served.Operator) + " (service login " + login + ")"
}

// hideHost leaves out where the audit log is on the host of the SSH service, as errors say it.
func (m *console) hideHost(text string) string {
	if !m.isServed() || m.opts.AuditLog == nil {
		return text
	}
	return strings.ReplaceAll(text, hdpclient.Clean(m.opts.AuditLog.Path()), "the audit log")
}

func (m *console) hideHostIn(p explain.Problem) explain.Problem {
	for _, text := range []*string{&p.Lead, &p.Short, &p.Facts, &p.Means, &p.Next} {
		*text = m.hideHost(*text)
	}
	return p
}

// disableInSession disables what would touch the host of the SSH service, or a login that others share.
func disableInSession(actions []action.Action[scene]) []action.Action[scene] {
	const hosted = "not over SSH"
	const shared = "other operators share this login"
	served := map[action.ID]string{
		"export": hosted + "; run ssh HOST list --csv >FILE", "results-export": hosted + "; the service writes no files",
		"switch-profile": "the SSH service has only this HDP server",
		action.Suspend:   hosted + "; enter ~ ctrl+z suspends ssh",
	}
	sharing := map[action.ID]string{"own-password": shared, action.ExpiredPassword: shared, "lock": shared + "; quit instead"}
	for i, a := range actions {
		if served[a.ID] == "" && sharing[a.ID] == "" {
			continue
		}
		actions[i].Disabled = func(s scene) string {
			switch {
			case s.isServed() && served[a.ID] != "":
				return served[a.ID]
			case s.usesSharedLogin() && sharing[a.ID] != "":
				return sharing[a.ID]
			}
			return a.DisabledReason(s)
		}
	}
	return actions
}
