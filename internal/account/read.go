package account

import (
	"context"
	"sync"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/panics"
)

// Source provides the parts of an account, as *hdpclient.Client does.
type Source interface {
	User(ctx context.Context, id int64) (hdpclient.User, error)
	StatusInfo(ctx context.Context, id int64) (hdpclient.StatusInfo, error)
	PasswordInfo(ctx context.Context, id int64) (hdpclient.PasswordInfo, error)
	AuthInfo(ctx context.Context, id int64) (hdpclient.AuthInfo, error)
	// Now returns the server's time, and whether it is known yet.
	Now() (time.Time, bool)
}

// Read reads all parts of an account at once, as far as the source allows. It fails
// only if the account itself cannot be read; the error of a part is in the Reading.
func Read(ctx context.Context, src Source, id int64) (Reading, error) {
	var (
		r   Reading
		err error
	)
	runAll(
		func() { r.Status, r.StatusErr = optional(src.StatusInfo(ctx, id)) },
		func() { r.Password, r.PasswordErr = optional(src.PasswordInfo(ctx, id)) },
		func() {
			if r.User, err = src.User(ctx, id); err != nil {
				return
			}
			// A server may omit these from the account, so they are requested only
			// then.
			if r.Auth = r.User.AuthenticationInfo; r.Auth.IsZero() {
				r.Auth, r.AuthErr = optional(src.AuthInfo(ctx, id))
			}
			r.Permissions = r.User.Permissions
		},
	)
	if err != nil {
		return Reading{}, err
	}
	if now, known := src.Now(); known {
		r.ReadAt = now
	}
	return r, nil
}

// runAll runs the calls at once. It hands a panic of one on to the caller, who may be
// prepared for it.
func runAll(calls ...func()) {
	var under sync.WaitGroup
	caught := make(chan string, len(calls))
	for _, call := range calls {
		under.Go(func() {
			if report := panics.Catch(call); report != "" {
				caught <- report
			}
		})
	}
	under.Wait()
	select {
	case report := <-caught:
		panic(report)
	default:
	}
}

func optional[T any](v T, err error) (hdpclient.Opt[T], error) {
	if err != nil {
		return hdpclient.Opt[T]{}, err
	}
	return hdpclient.Some(v), nil
}
