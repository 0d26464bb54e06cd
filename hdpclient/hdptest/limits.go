package hdptest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
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
// maximum of these limits, nor most of the defaults: ours are a guess.
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
		{6, "ODataMaxConcurrentPagingQueries", "Concurrent OData queries with paging for each data source", 0, huge, 0, 15},
		{14, "TransactionTimeout", "Seconds after which an idle transaction is rolled back", 0, huge, 0, 15},
		{15, "XdbcMaxResponse", "Size of a response to the ODBC and JDBC drivers", 0, huge, 0, 15},
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
	return okJSON(map[string][]limitRow{"limits": limitRows(c.limits)})
}

type limitRow struct {
	ID    int64 `json:"id"`
	Value int64 `json:"value"`
}

func limitRows(set map[int64]int64) []limitRow {
	out := []limitRow{}
	for _, id := range slices.Sorted(maps.Keys(set)) {
		out = append(out, limitRow{id, set[id]})
	}
	return out
}

// listUserLimits answers "Get limits set on user accounts". It lists every account, even
// without limits, and the page names no access to a tenant.
func (c *call) listUserLimits() answer {
	if !c.may(permLimits) {
		return c.permissionDenied()
	}
	type row struct {
		UserID   int64      `json:"userId"`
		UserName string     `json:"userName"`
		Limits   []limitRow `json:"limits"`
	}
	out := make([]row, 0, len(c.accounts.ids))
	for _, id := range c.accounts.ids {
		a := c.accounts.byID[id]
		out = append(out, row{id, a.userName, limitRows(a.limits)})
	}
	return okJSON(map[string][]row{"userLimits": out})
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
	for _, l := range allLimits() {
		if fmt.Sprint(l.ID) != c.args[0] {
			continue
		}
		value, no := c.readLimitValue(l)
		if no != nil {
			return *no
		}
		c.limits[l.ID] = value
		out := okJSON(map[string]int64{"value": value})
		if c.q.method == http.MethodPost {
			out.status = http.StatusCreated
		}
		return out
	}
	return c.inventedRefusal(http.StatusNotFound, inventedLimit)
}

// setUserLimit answers "Create a limit on a user account" (POST) and its update (PUT). They
// need no access to the account's tenant.
func (c *call) setUserLimit() answer {
	a, l, no := c.findUserLimit()
	if no != nil {
		return *no
	}
	value, no := c.readLimitValue(l)
	if no != nil {
		return *no
	}
	_, set := a.limits[l.ID]
	out := okJSON(map[string]int64{"value": value})
	switch {
	case c.q.method == http.MethodPut && !set:
		return c.inventedRefusal(http.StatusNotFound, inventedLimit)
	case c.q.method == http.MethodPost && set && !c.quirks[LimitPostOverwrites]:
		return c.inventedRefusal(http.StatusBadRequest, inventedLimitExists)
	case c.q.method == http.MethodPost:
		out.status = http.StatusCreated
	}
	a.limits = maps.Clone(a.limits)
	if a.limits == nil {
		a.limits = map[int64]int64{}
	}
	a.limits[l.ID] = value
	return out
}

// deleteUserLimit answers "Delete a limit set on a user account".
func (c *call) deleteUserLimit() answer {
	a, l, no := c.findUserLimit()
	if no != nil {
		return *no
	}
	if _, set := a.limits[l.ID]; !set {
		return c.inventedRefusal(http.StatusNotFound, inventedLimit)
	}
	a.limits = maps.Clone(a.limits)
	delete(a.limits, l.ID)
	return answer{status: http.StatusNoContent}
}

func (c *call) findUserLimit() (*account, limit, *answer) {
	refuse := func(a answer) (*account, limit, *answer) { return nil, limit{}, &a }
	if !c.may(permLimits) {
		return refuse(c.permissionDenied())
	}
	id, err := strconv.ParseInt(c.args[0], 10, 64)
	a := c.accounts.byID[id]
	if err != nil || a == nil {
		return refuse(c.noUser(c.args[0]))
	}
	forUsers := []int64{1, 6}
	if c.quirks[MoreUserLimits] {
		forUsers = []int64{1, 6, 14, 15}
	}
	for _, l := range allLimits() {
		if fmt.Sprint(l.ID) == c.args[1] && slices.Contains(forUsers, l.ID) {
			return a, l, nil
		}
	}
	return refuse(c.inventedRefusal(http.StatusNotFound, inventedLimit))
}

// readLimitValue reads {"value":n} in the body.
func (c *call) readLimitValue(l limit) (int64, *answer) {
	refuse := func(a answer) (int64, *answer) { return 0, &a }
	var in struct {
		Value *int64 `json:"value"`
	}
	if err := json.Unmarshal(c.q.body, &in); err != nil || in.Value == nil {
		return refuse(c.badJSON("value is required"))
	}
	if *in.Value < l.MinValue || *in.Value > l.MaxValue {
		return refuse(c.refusal(http.StatusBadRequest, 222207929,
			fmt.Sprintf("Limit value not in range(%d, %d).", l.MinValue, l.MaxValue)))
	}
	return *in.Value, nil
}
