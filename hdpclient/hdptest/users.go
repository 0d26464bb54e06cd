package hdptest

import (
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// listUsers answers "Get user accounts". It streams some accounts at a time, so that
// 100,000 of them are never in memory as JSON.
func (c *call) listUsers() answer {
	if !c.may(permViewUsers) {
		return c.permissionDenied()
	}
	if c.quirks[ListRefusedOutside] {
		for _, t := range c.tenants {
			if !c.canAccess(t.id) {
				return c.permissionDenied()
			}
		}
	}
	ids := slices.Clone(c.accounts.ids)
	if c.quirks[ListUnordered] {
		ids = shuffle(ids)
	}
	return answer{status: http.StatusOK, stream: c.streamUsers(ids), hasLength: c.quirks[ListHasLength]}
}

// shuffle returns the ids in another order, always the same.
func shuffle(ids []int64) []int64 {
	out := make([]int64, 0, len(ids))
	for start := range min(7, len(ids)) {
		for i := start; i < len(ids); i += 7 {
			out = append(out, ids[i])
		}
	}
	slices.Reverse(out)
	return out
}

const listChunk = 500

func (c *call) streamUsers(ids []int64) func(io.Writer) error {
	details := c.q.query.Get("details") == "true"
	return func(w io.Writer) error {
		b := append(make([]byte, 0, 64<<10), `{"users":[`...)
		first := true
		for part := range slices.Chunk(ids, listChunk) {
			c.mu.Lock()
			for _, id := range part {
				a := c.accounts.byID[id]
				if a == nil || !c.canAccess(a.tenant) {
					continue // deleted meanwhile, or in a tenant without access
				}
				if !first {
					b = append(b, ',')
				}
				first = false
				b = append(c.appendUser(b, a, details), '}')
			}
			c.mu.Unlock()
			if _, err := w.Write(b); err != nil {
				return err
			}
			b = b[:0]
		}
		_, err := w.Write(append(b, `]}`...))
		return err
	}
}

// appendUser appends a user object without its closing brace, for "Get a user account" to
// add more.
func (c *call) appendUser(b []byte, a *account, details bool) []byte {
	b = append(b, `{"id":`...)
	b = strconv.AppendInt(b, a.id, 10)
	b = append(b, `,"userName":`...)
	b = appendString(b, a.userName)
	b = c.appendTenant(b, a, details)
	b = append(b, `,"statusInfo":`...)
	b = append(b, c.visibleStatus(a, c.now)...)
	b = append(b, `,"passwordInfo":`...)
	b = append(b, c.visiblePassword(a)...)
	b = append(b, `,"permissions":`...)
	return appendPermissions(b, a)
}

func (c *call) appendTenant(b []byte, a *account, details bool) []byte {
	b = append(b, `,"tenantId":`...)
	b = strconv.AppendInt(b, a.tenant, 10)
	if details {
		b = append(b, `,"tenantName":`...)
		b = appendString(b, c.tenantName(a.tenant))
	}
	return b
}

func appendPermissions(b []byte, a *account) []byte {
	b = append(b, `{"roles":`...)
	b = appendIDs(b, a.roles)
	b = append(b, `,"permissions":`...)
	b = appendIDs(b, a.permissions)
	for _, m := range a.permissionsMore {
		b = append(appendString(append(b, ','), m.key), ':')
		b = append(b, m.value...)
	}
	return append(b, '}')
}

func appendIDs(b []byte, ids []int64) []byte {
	b = append(b, '[')
	for i, id := range ids {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, id, 10)
	}
	return append(b, ']')
}

// getUser answers "Get a user account". It adds authenticationInfo, and with details=true
// tenantName and tenantsAdministered.
func (c *call) getUser() answer {
	a, no := c.authorize(permViewUsers)
	if no != nil {
		return *no
	}
	details := c.q.query.Get("details") == "true"
	b := c.appendUser(nil, a, details)
	if !c.lacksAuthInfo(a) {
		b = append(b, `,"authenticationInfo":`...)
		b = append(b, authInfoJSON(a)...)
	}
	if details {
		b = append(b, `,"tenantsAdministered":`...)
		b = appendIDs(b, a.administered)
	}
	return ok(append(b, '}'))
}

// findAuthUser answers "Get information on the authentication user". Its page spells
// authUsername with a small n.
func (c *call) findAuthUser() answer {
	if !c.may(permViewUsers) {
		return c.permissionDenied()
	}
	details := c.q.query.Get("details") == "true"
	b := []byte(`{"users":[`)
	first := true
	for _, id := range c.accounts.ids {
		a := c.accounts.byID[id]
		if !c.canAccess(a.tenant) {
			continue
		}
		name, services := "", []int64(nil)
		for _, u := range a.allAuthUsers() {
			if strings.EqualFold(u.AuthUserName, c.args[0]) {
				name, services = u.AuthUserName, append(services, u.AuthServiceID)
			}
		}
		if services == nil {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(b, `{"id":`...)
		b = strconv.AppendInt(b, a.id, 10)
		b = append(b, `,"userName":`...)
		b = appendString(b, a.userName)
		b = c.appendTenant(b, a, details)
		b = append(b, `,"authUsername":`...)
		b = appendString(b, name)
		b = append(b, `,"authServiceIds":`...)
		b = appendIDs(b, services)
		b = append(b, `,"statusInfo":`...)
		b = append(b, c.visibleStatus(a, c.now)...)
		b = append(b, `,"permissions":`...)
		b = append(appendPermissions(b, a), '}')
	}
	return ok(append(b, `]}`...))
}
