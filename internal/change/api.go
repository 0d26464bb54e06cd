package change

import (
	"context"
	"fmt"
	"time"

	"hdpadmin/hdpclient"
)

// API is what a [Writer] needs of the server; *hdpclient.Client implements it. An update
// returns the server's echo, absent if a 2xx had no body. Its error is ErrRefused for a 4xx
// with HDP's envelope and ErrNotSent if nothing left this machine. After any other error it is
// unknown whether the update was carried out.
type API interface {
	// Reserve reserves a slot for the requests of one write.
	Reserve(ctx context.Context) (*hdpclient.Reservation, error)
	StatusInfo(ctx context.Context, id int64) (hdpclient.StatusInfo, error)
	UpdateStatusInfo(ctx context.Context, id int64, s hdpclient.StatusInfo) (hdpclient.Opt[hdpclient.StatusInfo], error)
	PasswordInfo(ctx context.Context, id int64) (hdpclient.PasswordInfo, error)
	UpdatePasswordInfo(ctx context.Context, id int64, p hdpclient.PasswordInfo) (hdpclient.Opt[hdpclient.PasswordInfo], error)
	ResetPassword(ctx context.Context, id int64, password hdpclient.Secret) error
	// Now returns the server's time, and false while it is not known.
	Now() (time.Time, bool)
}

// endpoint reads and replaces one resource.
type endpoint interface {
	read(ctx context.Context, id int64) (object, error)
	// replace returns the echo, nil without one.
	replace(ctx context.Context, id int64, o object) (object, error)
}

func (w *Writer) endpoint(r Resource) endpoint {
	if r == PasswordInfo {
		return typedEndpoint[hdpclient.PasswordInfo]{w.api.PasswordInfo, w.api.UpdatePasswordInfo}
	}
	return typedEndpoint[hdpclient.StatusInfo]{w.api.StatusInfo, w.api.UpdateStatusInfo}
}

// typedEndpoint is the endpoint of a resource of hdpclient's type T.
type typedEndpoint[T interface{ Withheld() bool }] struct {
	get func(context.Context, int64) (T, error)
	put func(context.Context, int64, T) (hdpclient.Opt[T], error)
}

func (e typedEndpoint[T]) read(ctx context.Context, id int64) (object, error) {
	v, err := e.get(ctx, id)
	if err != nil {
		return nil, err
	}
	return objectOf(v)
}

func (e typedEndpoint[T]) replace(ctx context.Context, id int64, o object) (object, error) {
	var v T
	if err := o.decode(&v); err != nil {
		return nil, fmt.Errorf("%w: %w", hdpclient.ErrNotSent, err)
	}
	answer, err := e.put(ctx, id, v)
	if err != nil {
		return nil, err
	}
	echo, ok := answer.Get()
	if !ok {
		return nil, nil
	}
	return objectOf(echo)
}
