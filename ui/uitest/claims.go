package uitest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/audit/file"
)

// Part is one of the two parts of an account that a write can change, "statusinfo" or "passwordinfo".
type Part struct {
	ID   int64
	Name string
}

// PartOf returns the part that a request to that path changes. A new password also changes the password
// info.
func PartOf(id int64, path string) Part {
	name := path[strings.LastIndex(path, "/")+1:]
	if name == "resetpassword" {
		name = "passwordinfo"
	}
	return Part{id, name}
}

// Of returns the part of the stored account, in JSON.
func (p Part) Of(a hdptest.Account) string {
	if p.Name == "passwordinfo" {
		return a.PasswordInfo
	}
	return a.StatusInfo
}

// World returns every account as the server has stored it.
func World(s *hdptest.Server) map[int64]hdptest.Account {
	all := map[int64]hdptest.Account{}
	for _, id := range s.IDs() {
		all[id] = s.Stored(id)
	}
	return all
}

// Claims compares what an audit log says about writes with what the server has stored.
type Claims struct {
	// Doubt holds the parts that others changed, or of which nobody knows what is stored.
	Doubt map[Part]bool

	server  *hdptest.Server
	path    string
	read    int // entries that were checked
	intents map[uint64]file.Entry
}

// NewClaims checks the audit log at path against server.
func NewClaims(server *hdptest.Server, path string) *Claims {
	return &Claims{Doubt: map[Part]bool{}, server: server, path: path, intents: map[uint64]file.Entry{}}
}

// Claim is the outcome of a write in the audit log, with its intent.
type Claim struct{ Intent, Outcome file.Entry }

// Part returns the part that the write changes.
func (c Claim) Part() Part { return PartOf(c.Intent.AccountID, c.Intent.Request) }

// MayHaveChanged reports whether the write may have changed its account.
func (c Claim) MayHaveChanged() bool {
	switch c.Outcome.Outcome {
	case file.Applied, file.Accepted, file.Unknown, file.Differs:
		return true
	}
	return false
}

// Check returns the outcomes that were logged since the last call. It fails if one is not true; was is
// what was stored before their writes.
func (c *Claims) Check(was map[int64]hdptest.Account) (fresh []Claim, err error) {
	n := 0
	for e, err := range file.Read(c.path) {
		if err != nil {
			return nil, err
		}
		if n++; n <= c.read {
			continue
		}
		switch e.Kind {
		case file.KindIntent:
			c.intents[e.Seq] = e
		case file.KindOutcome:
			fresh = append(fresh, Claim{c.intents[e.Of], e})
		}
	}
	c.read = n
	for i, claim := range fresh {
		isOld := func(later Claim) bool { return later.MayHaveChanged() && later.Part() == claim.Part() }
		if slices.ContainsFunc(fresh[i+1:], isOld) {
			continue
		}
		if err := c.check(claim, was[claim.Outcome.AccountID]); err != nil {
			return fresh, err
		}
	}
	return fresh, nil
}

func (c *Claims) check(claim Claim, was hdptest.Account) error {
	id := claim.Outcome.AccountID
	now := c.server.Stored(id)
	switch claim.Outcome.Outcome {
	case file.Applied:
		delete(c.Doubt, claim.Part())
		return CheckStored(claim.Intent.Request, string(claim.Intent.After), now)
	case file.Conflict, file.Refused, file.NotSent:
		if now.StatusInfo != was.StatusInfo || now.PasswordInfo != was.PasswordInfo {
			return fmt.Errorf("%s of %d, which is now %+v and was %+v", claim.Outcome.Outcome, id, now, was)
		}
	case file.Accepted, file.Unknown, file.Differs:
		c.Doubt[claim.Part()] = true
	default:
		return fmt.Errorf("outcome %q", claim.Outcome.Outcome)
	}
	return nil
}

// CheckStored compares an object that was sent to path with the stored one, by meaning.
func CheckStored(path, body string, now hdptest.Account) error {
	if got := PartOf(now.ID, path).Of(now); !maps.Equal(Meaning(body), Meaning(got)) {
		return fmt.Errorf("%s is claimed as stored, but is\n%s; sent was\n%s", path, got, body)
	}
	return nil
}

// Meaning returns what an object means to HDP: absent is null, and an absent lock is none.
func Meaning(text string) map[string]string {
	raw, m := map[string]json.RawMessage{}, map[string]string{}
	if json.Unmarshal([]byte(text), &raw) != nil {
		return nil
	}
	for name, v := range raw {
		if s := string(v); s != "null" && (name != "accountLocked" || s != "false") {
			m[name] = s
		}
	}
	return m
}

// RowsOf returns the rows of the list on a screen, with cursor and marks.
func RowsOf(screen string) []string {
	lines := strings.Split(screen, "\n")
	head := slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, "USER") })
	return lines[head+1 : len(lines)-2]
}

// CheckRows compares the list on the screen, which must have every account, with what is stored, except
// for parts that the list cannot know.
func (c *Console) CheckRows(but map[Part]bool) error {
	byID := map[string][]string{}
	for _, line := range RowsOf(c.Screen()) {
		line = strings.TrimLeft(strings.TrimPrefix(line, "│"), " ▸◆")
		if f := strings.Fields(line); len(f) > 2 {
			byID[f[0]] = append(byID[f[0]], line)
		}
	}
	for id, a := range World(c.Server) {
		row := byID[fmt.Sprint(id)]
		if len(row) == 0 && but[Part{id, "statusinfo"}] && but[Part{id, "passwordinfo"}] {
			continue // another operator may see it
		}
		if len(row) != 1 {
			return fmt.Errorf("%d has %d rows", id, len(row))
		}
		if status := statusOf(a, c.Time); !but[Part{id, "statusinfo"}] && !strings.Contains(Squeeze(row[0]), " "+status+" ") {
			return fmt.Errorf("%d is %s, but its row says %q", id, status, row[0])
		}
		reset := strings.Contains(a.PasswordInfo, `"passwordStatus":2`)
		if shown := !but[Part{id, "passwordinfo"}] && !strings.Contains(row[0], "expired") && !strings.Contains(row[0], "external"); shown && strings.Contains(row[0], "must change") != reset {
			return fmt.Errorf("%d must change: %v, but its row says %q", id, reset, row[0])
		}
	}
	return nil
}

// statusOf returns the status as the list shows it.
func statusOf(a hdptest.Account, now time.Time) string {
	var s struct {
		Status             int
		AccountLocked      bool
		AccountLockedUntil string
	}
	if err := json.Unmarshal([]byte(a.StatusInfo), &s); err != nil {
		return err.Error()
	}
	expired := s.AccountLockedUntil != "" && s.AccountLockedUntil <= now.Format(time.DateTime)
	switch {
	case s.Status == 0 && s.AccountLocked && !expired:
		return "inact+lock"
	case s.Status == 0:
		return "inactive"
	case s.Status != 1:
		return fmt.Sprintf("status %d", s.Status)
	case s.AccountLocked && expired:
		return "lock exp."
	case s.AccountLocked:
		return "locked"
	}
	return "active"
}
