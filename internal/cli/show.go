package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/desk"
	"hdpadmin/internal/explain"
	"hdpadmin/internal/words"
)

func showAccountCommand(f settingFlags) *cobra.Command {
	var out output
	c := &cobra.Command{
		Use:   "show ACCOUNT",
		Short: "Show everything about an account",
		Long: "show prints what the console shows about an account: whether it can sign in, its\n" +
			"status and lock, its password's expiry, its sign-in names and its roles. Times\n" +
			"are in your time zone, with UTC in parentheses.\n\n" + accountHelp,
		Example: "  hdpadmin show alice.smith\n  hdpadmin show alice.smith --jq '.signInNames[].authUserName'",
		Args:    oneAccount,
		RunE: func(c *cobra.Command, args []string) error {
			return out.run(c, f, func(ctx context.Context, f factory) error { return show(ctx, f, args[0]) })
		},
	}
	out.addTo(c.Flags(), asJSON, asNDJSON)
	f.addAllTo(c.Flags())
	return c
}

// show prints what is known about an account.
func show(ctx context.Context, f factory, text string) error {
	d, end, err := f.open(ctx)
	if err != nil {
		return err
	}
	defer end()
	row, err := d.Resolve(ctx, text)
	if err != nil {
		return err
	}
	r, err := d.Read(ctx, row.ID)
	if err != nil {
		return err
	}
	d.RememberLocks(audit.LockChanges(f.auditFile(d.settings.Settings), d.client.BaseURL().String(), time.Now().Add(-desk.LockMemory)))
	a, now := r.Account(), d.now()
	v := a.Verdict(now)
	warnings := slices.DeleteFunc([]string{d.LockedAgain(a), account.ScriptWarning(a.Name)}, func(s string) bool { return s == "" })
	if f.isForPeople() {
		sections := a.Sections(hdpclient.Some(r), words.Times{Zone: d.settings.Zone(), Now: d.now})
		_, err := fmt.Fprint(f.stdout, describe(a, v, warnings, sections))
		return cmp.Or(err, refusedLogin(r))
	}
	object, err := f.object(a, now)
	if err != nil {
		return err
	}
	err = f.print(ctx, f.stdout, "account", details{readHead(), object, verdictOf(v), warnings, signInNames(r), permissions(r)})
	return cmp.Or(err, refusedLogin(r))
}

// refusedLogin returns the error of a part that could not be read because the server refused the login.
func refusedLogin(r account.Reading) error {
	for _, err := range []error{r.StatusErr, r.PasswordErr, r.AuthErr, r.PermissionsErr} {
		if errors.Is(err, hdpclient.ErrUnauthorized) {
			return err
		}
	}
	return nil
}

// details are everything about an account as a JSON document.
type details struct {
	head
	Account     json.RawMessage `json:"account"`
	Verdict     verdict         `json:"verdict"`
	Warnings    []string        `json:"warnings"`
	SignInNames []signInName    `json:"signInNames"` // null if they cannot be read
	Permissions []int64         `json:"permissions"` // besides those of the roles; null if they cannot be read
}

type signInName struct {
	Name    string `json:"authUserName"`
	Service int64  `json:"authServiceId"`
}

func signInNames(r account.Reading) []signInName {
	if _, read := r.Auth.Get(); !read {
		return nil
	}
	names := []signInName{}
	for _, u := range r.SignIns() {
		names = append(names, signInName{u.AuthUserName.String(), u.AuthServiceID})
	}
	return names
}

func permissions(r account.Reading) []int64 {
	p, read := r.Permissions.Get()
	if !read {
		return nil
	}
	return append([]int64{}, p.Permissions...)
}

// describe says everything about an account in words, the verdict first.
func describe(a account.Account, v account.Verdict, warnings []string, sections []account.Section) string {
	lines := []string{whySentence(a, v)}
	for _, text := range slices.Concat(warnings, v.Also) {
		lines = append(lines, "  "+words.Capitalize(strings.TrimSuffix(text, "."))+".")
	}
	for _, s := range sections {
		lines = append(lines, "", s.Title)
		switch {
		case s.Err != nil:
			lines = append(lines, "  Not read: "+explain.Error(s.Err).Lead)
		case s.None != "":
			lines = append(lines, "  "+words.Capitalize(s.None))
		}
		for _, f := range s.Facts {
			value := strings.ReplaceAll(f.Value, "\u00a0", " ")
			if value == "" {
				value = "none"
			}
			lines = append(lines, fmt.Sprintf("  %-12s  %s", words.Capitalize(f.Label), value))
		}
	}
	return strings.Join(lines, "\n") + "\n"
}
