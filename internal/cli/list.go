package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hdpadmin/config"
	"hdpadmin/internal/account"
	"hdpadmin/internal/search"
)

func listCommand(f settingFlags) *cobra.Command {
	var out output
	var view string
	c := &cobra.Command{
		Use:   "list",
		Short: "List all accounts, or one view of them",
		Long: "list prints all accounts, or those of one view. The views are those of the console:\n\n" +
			"  all         every account that your login can see\n" +
			"  locked      a lock is in force\n" +
			"  inactive    inactive, locked or not\n" +
			"  must-reset  the password must be changed at the next sign-in\n" +
			"  expired     the password has expired\n" +
			"  expiring    the password expires within the days of the setting expiring_within;\n" +
			"              those that expire first come first",
		Example: "  hdpadmin list --view locked\n  hdpadmin list --view expiring --csv >expiring.csv\n  hdpadmin list --view locked --ndjson --jq '.account.userName // empty'",
		Args:    noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return out.run(c, f, func(ctx context.Context, f factory) error { return list(ctx, f, view) })
		},
	}
	c.Flags().StringVar(&view, "view", "all", "`name` of the view: "+strings.Join(viewNames(), ", "))
	_ = c.RegisterFlagCompletionFunc("view", cobra.FixedCompletions(viewNames(), cobra.ShellCompDirectiveNoFileComp))
	out.addTo(c.Flags(), asJSON, asNDJSON, asCSV)
	f.addAllTo(c.Flags())
	return c
}

// viewNames returns the names of the views, in the console's order.
func viewNames() []string {
	return []string{"all", "locked", "inactive", "must-reset", "expired", "expiring"}
}

func viewOf(name string) (search.View, error) {
	if name == "must-change" { // as in the console
		return search.MustChange, nil
	}
	i := slices.Index(viewNames(), name)
	if i < 0 {
		return search.All, fmt.Errorf("there is no view %q%s\nViews: %s", name, config.Suggest(name, viewNames()), strings.Join(viewNames(), ", "))
	}
	return search.View(i), nil
}

// list prints the accounts of a view.
func list(ctx context.Context, f factory, name string) error {
	view, err := viewOf(name)
	if err != nil {
		return usage(err)
	}
	d, end, err := f.open(ctx)
	if err != nil {
		return err
	}
	defer end()
	all, err := d.ReadPartialList(ctx)
	now := d.localNow()
	m := all.Filter(search.Filter{
		View: view, Sort: view.Sort(), Now: now, Within: time.Duration(d.settings.ExpiringWithin) * 24 * time.Hour,
	})
	l := listing{accounts: make([]account.Account, m.Len()), broken: err, now: now}
	for i := range l.accounts {
		l.accounts[i], _ = m.At(i)
	}
	return f.printListing(ctx, l)
}
