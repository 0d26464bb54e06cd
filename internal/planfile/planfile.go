// Package planfile keeps a planned batch in a file, for a second person to review, and for anyone to
// apply later. The file names each account with a fingerprint of what was read
// and what will change, and each account that was left out with the reason. It holds no secrets and
// no whole objects. Its checksum shows edits and a cut end, but it is not a signature: anyone can
// make a file with a valid one. So nothing in a file is trusted when it is applied: see
// batch.PrepareFile. Whether a file has been used is in the audit log.
package planfile

import (
	"errors"
	"fmt"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/address"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
)

// How long a plan may be valid.
const (
	DefaultValidity = 24 * time.Hour
	MinValidity     = time.Minute
	MaxValidity     = 30 * 24 * time.Hour
)

// Plan is a plan file that was read, or is to be written.
type Plan struct {
	batch.PlanFile
	Server  string // as address.Canonical returns it
	Created time.Time
	Expires time.Time
	Action  batch.Action
	Reason  string // "" if none was given
	Rows    []Row
	LeftOut []LeftOut
}

// Account is the account of a row, as it was when it was planned.
type Account struct {
	ID         int64          `json:"id"`
	UserName   hdpclient.Text `json:"userName,omitzero"` // empty if the account could not be read
	TenantID   int64          `json:"tenantId,omitzero"`
	TenantName hdpclient.Text `json:"tenantName,omitzero"`
}

// Row is an account that will change.
type Row struct {
	Account
	change.Summary
	Notes []string // see batch.Row
}

// LeftOut is an account that will not change, and why.
type LeftOut struct {
	Account
	Kind batch.Kind
	Why  string // in words
}

// New returns the plan of a preview, made now.
func New(preview batch.Preview, author, server, reason string, now time.Time, validity time.Duration) Plan {
	created := now.UTC().Truncate(time.Second)
	p := Plan{
		PlanFile: batch.NewPlanFile(author), Server: address.Canonical(server), Reason: reason,
		Created: created, Expires: created.Add(validity), Action: preview.Action,
	}
	for _, r := range preview.Rows {
		who := Account{r.ID, r.Account.Name, r.Account.TenantID, r.Account.TenantName}
		if r.Kind == batch.Planned {
			p.Rows = append(p.Rows, Row{who, r.Plan.Summary(), r.Notes})
			continue
		}
		why := r.Why
		if r.Err != nil {
			why += ": " + r.Err.Error()
		}
		p.LeftOut = append(p.LeftOut, LeftOut{who, r.Kind, why})
	}
	return p
}

// Planned returns the rows for batch.PrepareFile.
func (p Plan) Planned() []batch.PlannedRow {
	rows := make([]batch.PlannedRow, len(p.Rows))
	for i, r := range p.Rows {
		rows[i] = batch.PlannedRow{ID: r.ID, UserName: r.UserName.Raw(), Plan: r.Summary}
	}
	return rows
}

// ErrExpired: the plan was made too long ago to be applied.
var ErrExpired = errors.New("the plan has expired")

// OtherServerError says that a plan is for another server than the one in the settings.
type OtherServerError struct{ Server, Present string }

func (e *OtherServerError) Error() string {
	return "the plan is for " + hdpclient.Clean(e.Server) + ", but the settings name " + hdpclient.Clean(e.Present)
}

// CheckServer returns an [OtherServerError] if the plan is for another server.
func (p Plan) CheckServer(server string) error {
	if present := address.Canonical(server); p.Server != present {
		return &OtherServerError{p.Server, present}
	}
	return nil
}

// IsExpired reports whether the plan can no longer be applied at that time.
func (p Plan) IsExpired(now time.Time) bool { return !now.Before(p.Expires) }

// CheckValidity returns an error for a plan that would be valid too long or too short.
func CheckValidity(d time.Duration) error {
	if d < MinValidity || d > MaxValidity {
		return fmt.Errorf("a plan is valid for 1 minute to 30 days, not %s", d)
	}
	return nil
}
