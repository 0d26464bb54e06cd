package hdptest

// passwordRules holds the table of "Update password info on a user account".
func passwordRules() []propertyRule {
	return []propertyRule{
		{"passwordStatus", true, oneOf("1", "2")},
		{"passwordExpiration", false, timestampOrNull},
	}
}

func (c *call) getPasswordInfo() answer {
	a, no := c.authorize(permViewUsers)
	if no != nil {
		return *no
	}
	return c.infoAnswer(c.visiblePassword(a))
}

// putPasswordInfo refuses a password, which this call cannot set. It would be stored as
// an unknown property.
func (c *call) putPasswordInfo() answer {
	a, no := c.authorizeWrite()
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
	return c.infoAnswer(c.visiblePassword(a))
}

// visiblePassword returns the passwordInfo as an answer has it.
func (s *Server) visiblePassword(a *account) string { return s.applyAnswerQuirks(a.password) }
