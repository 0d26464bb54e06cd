package hdpclient

import (
	"context"
	"strings"

	json "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// PasswordPolicy says what the server requires of a new password ("Get Public Password
// Policy"). Lengths and minimums are in characters; 0 requires nothing.
type PasswordPolicy struct {
	ID          Text // "1" for the default policy, "2" for the custom one
	Name        Text
	Description Text
	MinLength   int64
	// MaxLength may exceed MaxPasswordLength, the most that a reset accepts.
	MaxLength  int64
	MinUpper   int64
	MinLower   int64
	MinDigit   int64
	MinSpecial int64
	// ExpirationDays is how many days a password lasts; absent or 0 means forever.
	ExpirationDays Opt[int64]
	// Titles are the rules in the server's words, including those that this package
	// does not understand.
	Titles []Text
}

// PasswordPolicy reads the current policy. A policy in the older form with groups of
// rules ("policyDefinition") is read strictly: every class of characters that it names
// counts as required.
func (c *Client) PasswordPolicy(ctx context.Context) (PasswordPolicy, error) {
	r := readRequest("read password policy", "/api/public/passwordpolicy", "")
	r.login = loginOptional
	return get[PasswordPolicy](ctx, c, r)
}

// UnmarshalJSONFrom reads the policy in either form.
func (p *PasswordPolicy) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	var wire struct {
		ID               Text           `json:"id"`
		Name             Text           `json:"name"`
		Description      Text           `json:"description"`
		Rules            jsontext.Value `json:"rules"`
		PolicyDefinition jsontext.Value `json:"policyDefinition"`
		ExpirationDays   Opt[looseInt]  `json:"expirationDays"`
	}
	if err := json.UnmarshalDecode(dec, &wire); err != nil {
		return err
	}
	*p = PasswordPolicy{ID: wire.ID, Name: wire.Name, Description: wire.Description}
	if days, ok := wire.ExpirationDays.Get(); ok {
		p.ExpirationDays = Some(int64(days))
	}
	for _, value := range []jsontext.Value{wire.Rules, wire.PolicyDefinition} {
		if value.Kind() == jsontext.KindString {
			// Rules that the server stores as text may arrive as a string.
			plain, _ := jsontext.AppendUnquote(nil, value)
			value = plain
		}
		p.addRules(value)
	}
	return nil
}

// rule is one rule of a policy ("rulesInfo Object"). Its id differs between samples, so
// rules are recognised by name or by their properties.
type rule struct {
	RuleName  Text          `json:"ruleName,case:ignore"`
	RuleID    Text          `json:"ruleId,case:ignore"`
	Title     Text          `json:"title"`
	MinLength Opt[looseInt] `json:"minLength"`
	MaxLength Opt[looseInt] `json:"maxLength"`
	MinChars  Opt[looseInt] `json:"minChars"`
}

// addRules adds every rule in value, including those in nested groups.
func (p *PasswordPolicy) addRules(value jsontext.Value) {
	switch value.Kind() {
	case jsontext.KindBeginArray:
		var items []jsontext.Value
		if json.Unmarshal(value, &items, lenient()) == nil {
			for _, item := range items {
				p.addRules(item)
			}
		}
	case jsontext.KindBeginObject:
		var r rule
		if json.Unmarshal(value, &r, lenient()) == nil {
			p.addRule(r)
		}
		for _, member := range membersOf(value) {
			p.addRules(member)
		}
	}
}

// membersOf returns the values of an object in their order, which a map would lose.
func membersOf(object jsontext.Value) []jsontext.Value {
	var values []jsontext.Value
	dec := jsontext.NewDecoder(strings.NewReader(string(object)), lenient())
	if _, err := dec.ReadToken(); err != nil {
		return nil
	}
	for dec.PeekKind() == jsontext.KindString {
		if err := dec.SkipValue(); err != nil {
			return values
		}
		value, err := dec.ReadValue()
		if err != nil {
			return values
		}
		values = append(values, value.Clone())
	}
	return values
}

func (p *PasswordPolicy) addRule(r rule) {
	if !r.Title.IsZero() {
		p.Titles = append(p.Titles, r.Title)
	}
	name := strings.ToUpper(r.RuleName.Raw())
	if name == "" {
		name = strings.ToUpper(r.RuleID.Raw())
	}
	_, hasMin := r.MinLength.Get()
	_, hasMax := r.MaxLength.Get()
	if hasMin || hasMax {
		p.MinLength = max(p.MinLength, int64(r.MinLength.Or(0)))
		if limit := int64(r.MaxLength.Or(0)); limit > 0 && (p.MaxLength == 0 || limit < p.MaxLength) {
			p.MaxLength = limit
		}
		return
	}
	chars := int64(r.MinChars.Or(1)) // a class without a number requires one
	for _, class := range []struct {
		word string
		min  *int64
	}{
		{"UPPER", &p.MinUpper},
		{"LOWER", &p.MinLower},
		{"NUMERIC", &p.MinDigit},
		{"NUMBER", &p.MinDigit},
		{"DIGIT", &p.MinDigit},
		{"SPECIAL", &p.MinSpecial},
	} {
		if strings.Contains(name, class.word) {
			*class.min = max(*class.min, chars)
			return
		}
	}
}
