package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/desk"
	"hdpadmin/internal/words"
)

func whoamiCommand(f settingFlags) *cobra.Command {
	var out output
	c := &cobra.Command{
		Use:   "whoami",
		Short: "Show your login and what it may do",
		Long: "whoami signs in and prints your login, your account, your permissions and when\n" +
			"your own password expires, as far as your login may see them.",
		Example: "  hdpadmin whoami\n\n  # in a script: may this login change accounts?\n  hdpadmin whoami --jq .mayChangeAccounts",
		Args:    noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return out.run(c, f, whoami)
		},
	}
	out.addTo(c.Flags(), asJSON, asNDJSON)
	f.addAllTo(c.Flags())
	return c
}

// whoami prints who the operator is.
func whoami(ctx context.Context, f factory) error {
	d, end, err := f.open(ctx)
	if err != nil {
		return err
	}
	defer end()
	who, err := d.Identify(ctx)
	if err != nil {
		return err
	}
	if f.isForPeople() {
		_, err := fmt.Fprintln(f.stdout, strings.Join(introduce(d, who), "\n"))
		return err
	}
	doc, err := identityOf(f, d, who)
	if err != nil {
		return err
	}
	return f.print(ctx, f.stdout, "login", doc)
}

// identity is a login as a JSON document. What the server does not say is null.
type identity struct {
	head
	Server             string          `json:"server"`
	Login              string          `json:"login"`
	ID                 *int64          `json:"id"`
	Account            json.RawMessage `json:"account"`
	Permissions        []int64         `json:"permissions"` // with those of the roles
	MayChangeAccounts  *bool           `json:"mayChangeAccounts"`
	PasswordExpiration *time.Time      `json:"passwordExpiration"` // null: never, or not known
}

func identityOf(f factory, d session, who desk.Identity) (doc identity, err error) {
	doc = identity{head: readHead(), Server: d.client.BaseURL().String(), Login: hdpclient.Clean(d.client.Login()), Account: json.RawMessage("null")}
	if who.ID != 0 {
		doc.ID = &who.ID
	}
	if a, read := who.Account.Get(); read {
		if doc.Account, err = f.object(a, d.now()); err != nil {
			return doc, err
		}
	}
	if self, said := who.Self.Get(); said {
		doc.Permissions = []int64{}
		for _, p := range self.Permissions {
			doc.Permissions = append(doc.Permissions, int64(p))
		}
		may := d.MayNot(hdpclient.PermissionModifyUsers) == ""
		doc.MayChangeAccounts = &may
	}
	if at, known := ownExpiry(who); known && !at.IsZero() {
		at = at.UTC()
		doc.PasswordExpiration = &at
	}
	return doc, nil
}

// ownExpiry returns when the login's password expires, zero for never, and whether that is known.
func ownExpiry(who desk.Identity) (time.Time, bool) {
	if self, said := who.Self.Get(); said {
		at, set := self.PasswordExpiration.Get()
		if !set {
			return time.Time{}, true
		}
		return at.Time()
	}
	a, _ := who.Account.Get()
	return a.PasswordExpires, a.HasPassword && !a.PasswordExpiresUnreadable
}

// introduce says who the login is, a fact per line.
func introduce(d session, who desk.Identity) []string {
	login, server := hdpclient.Clean(d.client.Login()), d.client.BaseURL().String()
	var lines []string
	switch a, read := who.Account.Get(); {
	case read && a.Name.Raw() == d.client.Login():
		lines = append(lines, fmt.Sprintf("%s is signed in at %s.", naming(a), server))
	case read:
		lines = append(lines, fmt.Sprintf("%s is signed in at %s as %s.", naming(a), server, login))
	case who.ID != 0:
		lines = append(lines, fmt.Sprintf("%s (id %d) is signed in at %s. This login may not read its own account.", login, who.ID, server))
	default:
		lines = append(lines, fmt.Sprintf("%s is signed in at %s. The server does not say which account this is.", login, server))
	}
	lines = append(lines, describeRights(who))
	a, _ := who.Account.Get()
	if a.HasPassword && a.PasswordStatus == hdpclient.PasswordMustChange {
		lines = append(lines, "The password must be changed.")
	}
	return append(lines, describeOwnExpiry(d, who, a))
}

func describeRights(who desk.Identity) string {
	self, said := who.Self.Get()
	switch {
	case !said:
		return "Its permissions are unknown, because the server does not let this login ask for them: that needs " + hdpclient.PermissionMgmtAPI.String() + "."
	case self.Has(hdpclient.PermissionAdministrator):
		return "It has the permission " + hdpclient.PermissionAdministrator.String() + ", which includes all others."
	case len(self.Permissions) == 0:
		return "It has no permissions."
	}
	var names []string
	for _, p := range slices.Sorted(slices.Values(self.Permissions)) {
		names = append(names, p.String())
	}
	text := "It has the permissions " + strings.Join(names, ", ") + "."
	if !self.Has(hdpclient.PermissionModifyUsers) {
		text += " It may not change accounts, because it lacks " + hdpclient.PermissionModifyUsers.String() + "."
	}
	return text
}

func describeOwnExpiry(d session, who desk.Identity, a account.Account) string {
	at, known := ownExpiry(who)
	times := words.Times{Zone: d.settings.Zone(), Now: d.now}
	now := d.now()
	switch {
	case a.Auth == account.External:
		return "An external service checks its password."
	case !known:
		return "When its password expires is unknown."
	case at.IsZero():
		return "Its password never expires."
	case !at.After(now):
		return fmt.Sprintf("Its password expired %s, %s.", words.Ago(now.Sub(at)), times.ExactText(at))
	}
	return fmt.Sprintf("Its password expires %s, %s.", words.In(at.Sub(now)), times.ExactText(at))
}
