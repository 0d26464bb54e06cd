package hdptest

// passwordRules are the table of "Update password info on a user account".
func passwordRules() []rule {
	return []rule{
		{"passwordStatus", true, oneOf("1", "2")},
		{"passwordExpiration", false, timestampOrNull},
	}
}

func (c *call) getPasswordInfo() answer {
	a, no := c.target(permViewUsers)
	if no != nil {
		return *no
	}
	return c.okInfo(c.passwordNow(a))
}

// putPasswordInfo cannot set a password: one that is sent is refused, lest it
// be stored as a property nobody knows.
func (c *call) putPasswordInfo() answer {
	a, no := c.writable()
	if no != nil {
		return *no
	}
	o, why := c.checkObject(string(c.q.body), passwordRules())
	if _, given := o.get("password"); given {
		why = "password cannot be set with this call"
	}
	if why != "" {
		return c.badJSON(why)
	}
	a.password = o.String()
	return c.okInfo(c.passwordNow(a))
}

// passwordNow is the passwordInfo that an answer shows.
func (s *Server) passwordNow(a *account) string { return s.shown(a.password) }
