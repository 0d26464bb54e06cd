package hdptest

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// maxPassword is the length of the API's field. A policy cannot allow more.
const maxPassword = 32

// Policy is a password policy. The zero Policy enforces nothing.
type Policy struct {
	ID                                       int // 1 default, 2 custom
	MinLength, MaxLength                     int
	MinUpper, MinLower, MinDigit, MinSpecial int
	ExpirationDays                           int // 0: never
}

// DefaultPolicy returns policy 1 of HDP 4.6 and 5.0: 8 to 12 characters of all four
// classes.
func DefaultPolicy() Policy {
	return Policy{ID: 1, MinLength: 8, MaxLength: 12, MinUpper: 1, MinLower: 1, MinDigit: 1, MinSpecial: 1}
}

// NoPolicy returns a policy that enforces nothing.
func NoPolicy() Policy { return Policy{} }

// policyRule is a rule as the page "rulesInfo Object" describes it.
type policyRule struct {
	RuleID    string `json:"ruleId"`
	RuleName  string `json:"ruleName"`
	Title     string `json:"title"`
	MinLength int    `json:"minLength,omitempty"`
	MaxLength int    `json:"maxLength,omitempty"`
	MinChars  int    `json:"minChars,omitempty"`

	passes func(string) bool
}

func (p Policy) rules() []policyRule {
	var out []policyRule
	if p.MinLength > 0 || p.MaxLength > 0 {
		out = append(out, policyRule{
			RuleID: "pwdLengthRule", RuleName: "PASSWORD_LENGTH_RULE",
			Title:     "Between " + strconv.Itoa(p.MinLength) + " and " + strconv.Itoa(p.MaxLength) + " characters",
			MinLength: p.MinLength, MaxLength: p.MaxLength,
			passes: func(s string) bool {
				n := utf8.RuneCountInString(s)
				return n >= p.MinLength && (p.MaxLength == 0 || n <= p.MaxLength)
			},
		})
	}
	class := func(id, name, what string, least int, is func(rune) bool) {
		if least <= 0 {
			return
		}
		out = append(out, policyRule{
			RuleID: id, RuleName: name, Title: "At least " + strconv.Itoa(least) + " " + what, MinChars: least,
			passes: func(s string) bool {
				n := 0
				for _, r := range s {
					if is(r) {
						n++
					}
				}
				return n >= least
			},
		})
	}
	class("upperCaseCharacterRule", "UPPER_CLASS_RULE", "upper case letter", p.MinUpper, unicode.IsUpper)
	class("lowerCaseCharacterRule", "LOWER_CLASS_RULE", "lower case letter", p.MinLower, unicode.IsLower)
	class("numericCharacterRule", "NUMERIC_CLASS_RULE", "digit", p.MinDigit, unicode.IsDigit)
	class("specialCharacterRule", "SPECIAL_CLASS_RULE", "special character", p.MinSpecial, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsSpace(r)
	})
	return out
}

// policyAllows reports whether the user may have the password.
func (s *Server) policyAllows(user, password string) bool {
	for _, r := range s.policy.rules() {
		if !r.passes(password) {
			return false
		}
	}
	named := strings.Contains(strings.ToLower(password), strings.ToLower(user))
	return !named || !s.quirks[NameInPasswordRefused]
}

// policyExpiry returns the passwordExpiration of a password that is set now.
func (s *Server) policyExpiry(now time.Time) string {
	if s.policy.ExpirationDays <= 0 {
		return "null"
	}
	return strconv.Quote(formatTimestamp(now.AddDate(0, 0, s.policy.ExpirationDays)))
}

// getPublicPolicy answers "Get Public Password Policy" of HDP 4.6.
func (c *call) getPublicPolicy() answer {
	name, about := "Default", "The default password policy"
	switch c.policy.ID {
	case 0:
		name, about = "None", "No password policy"
	case 2:
		name, about = "Custom", "The custom password policy"
	}
	rules := c.policy.rules()
	if rules == nil {
		rules = []policyRule{}
	}
	return okJSON(struct {
		ID             int          `json:"id"`
		Name           string       `json:"name"`
		Description    string       `json:"description"`
		Rules          []policyRule `json:"rules"`
		ExpirationDays int          `json:"expirationDays"`
	}{c.policy.ID, name, about, rules, c.policy.ExpirationDays})
}

// validatePassword answers "Validate the password".
func (c *call) validatePassword() answer {
	var in struct {
		Password *string `json:"password"`
	}
	if err := json.Unmarshal(c.q.body, &in); err != nil || in.Password == nil {
		return c.badJSON("password is required")
	}
	type result struct {
		RuleID string `json:"ruleId"`
		Title  string `json:"title"`
		Passed bool   `json:"passed"`
	}
	type response struct {
		Passed bool     `json:"passed"`
		Rules  []result `json:"rules"`
	}
	out := response{Passed: true, Rules: []result{}}
	for _, r := range c.policy.rules() {
		passed := r.passes(*in.Password)
		out.Passed = out.Passed && passed
		out.Rules = append(out.Rules, result{r.RuleID, r.Title, passed})
	}
	return okJSON(map[string]response{"passwordValidationResponse": out})
}

// configuration is a system configuration. Its value is a string or null.
type configuration struct {
	ID          int64   `json:"id"`
	Description string  `json:"description"`
	Value       *string `json:"value"`
}

// defaultConfigurations returns the documented ones: the delimiter for external names,
// whether a change needs the current password, and the password policy.
func defaultConfigurations(p Policy) []configuration {
	yes, policy := "true", "-1"
	if p.ID > 0 {
		policy = strconv.Itoa(p.ID)
	}
	return []configuration{
		{1, "Delimiter between the user name and the authentication service", nil},
		{2, "secureChangePassword", &yes},
		{6, "Password policy", &policy},
	}
}

func (s *Server) configuration(id int64) string {
	for _, c := range s.configs {
		if c.ID == id && c.Value != nil {
			return *c.Value
		}
	}
	return ""
}

func (s *Server) delimiter() string { return s.configuration(1) }

// SetConfiguration sets a system configuration, to null with nil. Id 1 is the delimiter
// of external names, 2 is secureChangePassword.
func (s *Server) SetConfiguration(id int64, value *string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.configs {
		if s.configs[i].ID == id {
			s.configs[i].Value = value
			return
		}
	}
	s.configs = append(s.configs, configuration{ID: id, Value: value})
}

// getConfiguration answers "Get Configuration for given ID".
func (c *call) getConfiguration() answer {
	if !c.may(permConfigurations) {
		return c.permissionDenied()
	}
	for _, v := range c.configs {
		if strconv.FormatInt(v.ID, 10) == c.args[0] {
			return okJSON(v)
		}
	}
	return c.inventedRefusal(http.StatusNotFound, inventedConfiguration)
}
