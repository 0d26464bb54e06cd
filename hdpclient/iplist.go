package hdpclient

import (
	"context"
	"net/url"
)

// IPList says from which addresses an account may be used ("Retrieve IP address whitelists
// for a user"). Each part of HDP has a list of its own. Lists of the tenant and the system
// also apply, and HDP refuses any other address with HTTP 403. An absent list does not
// restrict anything; the documents do not say what an empty one means.
type IPList struct {
	ManagementAPI Opt[[]IPRange] `json:"managementAPI,omitzero"`
	AdminAPI      Opt[[]IPRange] `json:"adminAPI,omitzero"`
	DataAccess    Opt[[]IPRange] `json:"dataAccess,omitzero"`
	WebUI         Opt[[]IPRange] `json:"webUI,omitzero"`
}

// IPRange is a range of IPv4 or IPv6 addresses, or one address if it has no end.
type IPRange struct {
	StartAddress Text `json:"startAddress"`
	EndAddress   Text `json:"endAddress,omitzero"`
}

// IsZero reports whether the account has no list at all.
func (l IPList) IsZero() bool {
	return l.ManagementAPI.IsZero() && l.AdminAPI.IsZero() && l.DataAccess.IsZero() && l.WebUI.IsZero()
}

// IPList reads the IP list of the account with this user name (IP Address Whitelist API,
// "Retrieve IP address whitelists for a user"). The documents do not say how the server
// answers for an account without a list: the result is then a zero IPList, or an error that
// matches ErrRefused. We have not seen the part of that page that names the
// permissions. Like similar calls, it seems to need MgmtAPI (11) and IPWhiteList (29), which
// a helpdesk role lacks. The error is then ErrForbidden.
func (c *Client) IPList(ctx context.Context, userName string) (IPList, error) {
	r := readRequest("read IP list", "/api/mgmt/security/whitelist/user", "")
	if userName == "" {
		// Without a name, the server would return the caller's own list.
		return IPList{}, r.newNotSent(responseError("the user name is empty"))
	}
	r.query = url.Values{"user": {userName}}.Encode()
	return get[IPList](ctx, c, r)
}
