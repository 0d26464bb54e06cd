package cli

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"hdpadmin/internal/search"
)

func findCommand(f settingFlags) *cobra.Command {
	var out output
	var query search.Query
	c := &cobra.Command{
		Use:   "find QUERY",
		Short: "List the accounts that match a query",
		Long: "find lists the accounts that match QUERY, the best match first. QUERY is what\n" +
			"you would type in the console: parts of user names and tenants, ids, and\n" +
			"qualifiers such as tenant:sales, status:inactive, locked:yes, must-change:yes,\n" +
			"expires:<7d and role:3. A dash excludes a word or a qualifier. Put -- before\n" +
			"such a query, so that the dash does not begin a flag.\n\n" +
			"If QUERY is the id or exact user name of an account, find lists only that\n" +
			"account, without reading all of them. To search for that text anyway, put it in\n" +
			"quotes: find '\"alice.smith\"'.",
		Example: "  hdpadmin find ali\n  hdpadmin find 'tenant:sales locked:yes' --csv\n  hdpadmin find -- smith -status:inactive",
		Args: func(_ *cobra.Command, args []string) error {
			query = search.ParseQuery(strings.Join(args, " "))
			if err := query.Err(); err != nil {
				return err
			}
			if query.Empty() {
				return errors.New("find needs a query, such as part of a user name; hdpadmin list prints all accounts")
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error {
			return out.run(c, f, func(ctx context.Context, f factory) error { return find(ctx, f, query) })
		},
	}
	out.addTo(c.Flags(), asJSON, asNDJSON, asCSV)
	f.addAllTo(c.Flags())
	return c
}

// find prints the accounts that match the query.
func find(ctx context.Context, f factory, q search.Query) error {
	d, end, err := f.open(ctx)
	if err != nil {
		return err
	}
	defer end()
	found, err := d.Search(ctx, q, d.localNow)
	return f.printListing(ctx, listing{accounts: found.Accounts, fuzzy: found.Fuzzy, broken: err, now: d.localNow()})
}
