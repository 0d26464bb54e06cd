package planfile

import (
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"time"

	"hdpadmin/internal/address"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
)

// Limits of a file, so that it fits into an entry of the audit log.
const (
	maxRows = 100_000
	maxText = 4 << 10 // bytes
)

// planID matches the ID of a plan, which is that of a batch.
var planID = regexp.MustCompile(`^[A-Z0-9]{10}$`)

// plan checks the document and returns what it says. Nothing that is missing or makes no sense may
// pass, because a file with a valid checksum can come from anyone.
func (d document) plan() (Plan, error) {
	action, err := batch.ParseAction(d.Operation)
	if err != nil {
		return Plan{}, err
	}
	p := Plan{
		PlanFile: batch.PlanFile{ID: d.ID, Author: d.Author}, Server: d.Server, Reason: d.Reason,
		Created: d.Created.UTC(), Expires: d.Expires.UTC(), Action: action,
	}
	for _, r := range d.Rows {
		p.Rows = append(p.Rows, Row{r.Account, change.Summary{Resource: r.Resource, Before: r.Read, Others: r.Others, Edits: r.Edits}, r.Notes})
	}
	for _, r := range d.LeftOut {
		p.LeftOut = append(p.LeftOut, LeftOut{r.Account, batch.Kind(r.Kind), r.Why})
	}
	return p, errors.Join(d.check(), p.checkRows())
}

func (d document) check() error {
	switch {
	case !planID.MatchString(d.ID):
		return errors.New("its id is not a plan id")
	case d.Server == "" || d.Server != address.Canonical(d.Server) || len(d.Server) > maxText:
		return errors.New("it does not name a server")
	case d.Author == "" || len(d.Author) > maxText:
		return errors.New("it does not name its author")
	case len(d.Reason) > maxText:
		return errors.New("its reason is too long")
	case !d.Created.Equal(d.Created.Truncate(time.Second)):
		return errors.New("its times have fractions of a second")
	}
	return CheckValidity(d.Expires.Sub(d.Created))
}

func (p Plan) checkRows() error {
	if len(p.Rows)+len(p.LeftOut) > maxRows {
		return fmt.Errorf("it has more than %d accounts", maxRows)
	}
	seen := map[int64]bool{}
	isNew := func(a Account) bool {
		repeated := seen[a.ID]
		seen[a.ID] = true
		return a.ID >= 0 && !repeated
	}
	for _, r := range p.Rows {
		switch {
		case !isNew(r.Account):
			return fmt.Errorf("it has account %d twice", r.ID)
		case r.UserName.IsZero():
			return fmt.Errorf("account %d has no user name", r.ID)
		case r.Resource != change.StatusInfo && r.Resource != change.PasswordInfo:
			return fmt.Errorf("account %d has an unknown resource", r.ID)
		case len(r.Before) != hex.EncodedLen(32) || len(r.Edits) == 0:
			return fmt.Errorf("account %d has no fingerprint or no change", r.ID)
		}
	}
	for _, r := range p.LeftOut {
		if !isNew(r.Account) {
			return fmt.Errorf("it has account %d twice", r.ID)
		}
	}
	return nil
}
