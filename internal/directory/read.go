package directory

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"hdpadmin/hdpclient"
)

// Source is what an account is read from; *hdpclient.Client is one.
type Source interface {
	User(ctx context.Context, id int64) (hdpclient.User, error)
	StatusInfo(ctx context.Context, id int64) (hdpclient.StatusInfo, error)
	PasswordInfo(ctx context.Context, id int64) (hdpclient.PasswordInfo, error)
	AuthInfo(ctx context.Context, id int64) (hdpclient.AuthInfo, error)
	// Now is the server's time, and whether it is known yet.
	Now() (time.Time, bool)
}

// Read reads the account with all its parts at once, as far as the source lets
// it. It fails where the account itself cannot be read; a part that cannot be is
// an error inside the Reading.
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
			// A server may leave these out of the account, so they are asked for only then.
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

// runAll makes all the calls at once. A panic of one is the caller's, who may be
// ready for it.
func runAll(calls ...func()) {
	var under sync.WaitGroup
	panics := make(chan string, len(calls))
	for _, call := range calls {
		under.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					panics <- fmt.Sprintf("%v\n\n%s", p, debug.Stack())
				}
			}()
			call()
		})
	}
	under.Wait()
	select {
	case p := <-panics:
		panic(p)
	default:
	}
}

func optional[T any](v T, err error) (hdpclient.Opt[T], error) {
	if err != nil {
		return hdpclient.Opt[T]{}, err
	}
	return hdpclient.Some(v), nil
}
