package desk

import (
	"context"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/search"
)

// ReadList reads all accounts that the operator may see. A list that breaks off is an error, because
// the missing accounts may be those that matter.
func (d *Desk) ReadList(ctx context.Context) (*search.Snapshot, error) {
	var b search.Builder
	for u, err := range d.client.Users(ctx, hdpclient.UsersOptions{}) {
		if err != nil {
			return nil, err
		}
		b.Add(account.FromUser(u))
	}
	b.AsOf, _ = d.client.Now()
	return b.Finish(), nil
}
