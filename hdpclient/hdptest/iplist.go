package hdptest

import (
	"encoding/json"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// getIPList answers "Retrieve IP address whitelists for a user", about the operator or, with
// ?user=, about another one. We have not seen the part of that page that names the permissions:
// similar calls need 11 and 29, and no access to a tenant.
func (c *call) getIPList() answer {
	if !c.mayAll(permMgmtAPI, permIPWhiteList) {
		return c.permissionDenied()
	}
	a := c.op
	if name := c.q.query.Get("user"); name != "" {
		if a = c.accounts.find(name); a == nil {
			return c.noUserName()
		}
	}
	switch {
	case a.ipList != "":
		return ok([]byte(a.ipList))
	case c.quirks[NoIPListIsNotFound]:
		return c.inventedRefusal(http.StatusNotFound, inventedNoIPList)
	}
	return ok([]byte(`{}`))
}

// mayCallFrom reports whether the account's IP list lets that address call that path. The
// Management API and the Administrators API have lists of their own.
func (a *account) mayCallFrom(remote netip.Addr, path string) bool {
	if a.ipList == "" {
		return true
	}
	type addresses struct{ StartAddress, EndAddress string }
	var lists struct{ ManagementAPI, AdminAPI []addresses }
	_ = json.Unmarshal([]byte(a.ipList), &lists) // a test may store anything
	list := lists.AdminAPI
	if strings.HasPrefix(path, "/api/mgmt/") {
		list = lists.ManagementAPI
	}
	return len(list) == 0 || slices.ContainsFunc(list, func(r addresses) bool {
		first, err := netip.ParseAddr(r.StartAddress)
		last, err2 := netip.ParseAddr(r.EndAddress)
		if r.EndAddress == "" {
			last, err2 = first, nil // one address
		}
		return err == nil && err2 == nil && first.Compare(remote) <= 0 && remote.Compare(last) <= 0
	})
}
