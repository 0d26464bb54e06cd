package hdptest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
)

// The ids of the lockout limits (page "Limits API"). Mind the order: 2 is the window in
// seconds, 3 the number of failures, 4 the length of a lock in seconds.
const (
	lockoutInterval = 2
	lockoutLimit    = 3
	lockoutPeriod   = 4
)

// limit is a limit as GET /api/admin/limits describes it. No document gives minimum and
// maximum of the lockout limits: ours are a guess.
type limit struct {
	ID             int64  `json:"id"`
	Name           string `json:"name"`
	Description    string `json:"description"`
	MinValue       int64  `json:"minValue"`
	MaxValue       int64  `json:"maxValue"`
	DefaultValue   int64  `json:"defaultValue"`
	ValidForLimits int64  `json:"validForLimits"`
}

func allLimits() []limit {
	const huge = 9000000000000000000
	return []limit{
		{1, "MaxFetchRows", "Maximum number of rows allowed to be fetched for a query", -1, huge, -1, 15},
		{lockoutInterval, "PasswordLockoutInterval", "Seconds in which failed logins are counted", 0, huge, 900, 1},
		{lockoutLimit, "PasswordLockoutLimit", "Consecutive failed logins before the account locks", 0, 1000, 3, 1},
		{lockoutPeriod, "PasswordLockoutPeriod", "Seconds for which the account is locked", 0, huge, 1800, 1},
	}
}

// limitValue returns the value in force. The lock is held.
func (s *Server) limitValue(id int64) int64 {
	if v, set := s.limits[id]; set {
		return v
	}
	for _, l := range allLimits() {
		if l.ID == id {
			return l.DefaultValue
		}
	}
	return 0
}

func (c *call) listLimits() answer {
	if !c.may(permLimits) {
		return c.permissionDenied()
	}
	return okJSON(map[string][]limit{"limits": allLimits()})
}

// listSystemLimits answers "Get limits set at the system level" with those that were set.
func (c *call) listSystemLimits() answer {
	if !c.may(permLimits) {
		return c.permissionDenied()
	}
	type row struct {
		ID    int64 `json:"id"`
		Value int64 `json:"value"`
	}
	out := []row{}
	for _, l := range allLimits() {
		if v, set := c.limits[l.ID]; set {
			out = append(out, row{l.ID, v})
		}
	}
	return okJSON(map[string][]row{"limits": out})
}

func (c *call) getSystemLimit() answer {
	if !c.may(permLimits) {
		return c.permissionDenied()
	}
	id, err := strconv.ParseInt(c.args[0], 10, 64)
	v, set := c.limits[id]
	if err != nil || !set {
		return c.inventedRefusal(http.StatusNotFound, inventedLimit)
	}
	return okJSON(map[string]int64{"value": v})
}

// setSystemLimit creates with POST (201, needs permission 12) and updates with PUT (200).
func (c *call) setSystemLimit() answer {
	if !c.isAdmin() && (c.q.method == http.MethodPost || !c.may(permLimits)) {
		return c.permissionDenied()
	}
	var in struct {
		Value *int64 `json:"value"`
	}
	if err := json.Unmarshal(c.q.body, &in); err != nil || in.Value == nil {
		return c.badJSON("value is required")
	}
	for _, l := range allLimits() {
		if fmt.Sprint(l.ID) != c.args[0] {
			continue
		}
		if *in.Value < l.MinValue || *in.Value > l.MaxValue {
			return c.refusal(http.StatusBadRequest, 222207929,
				fmt.Sprintf("Limit value not in range(%d, %d).", l.MinValue, l.MaxValue))
		}
		c.limits[l.ID] = *in.Value
		out := okJSON(map[string]int64{"value": *in.Value})
		if c.q.method == http.MethodPost {
			out.status = http.StatusCreated
		}
		return out
	}
	return c.inventedRefusal(http.StatusNotFound, inventedLimit)
}
