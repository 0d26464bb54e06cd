package desk

import (
	"context"
	"errors"

	"hdpadmin/internal/account"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/change"
)

// ErrStillRunning is why a change cannot be undone yet.
var ErrStillRunning = errors.New("another console with this login may still be making the last change")

// ErrOtherAccount is why a change cannot be undone that was made to an account with another user name.
// A server that was set up again may give the same id to someone else.
var ErrOtherAccount = errors.New("the account of the last change had another user name")

// ErrChangedSince is why a change cannot be undone that somebody else has changed and then made again:
// the account looks as the change left it, but the last word was theirs.
var ErrChangedSince = errors.New("another operator has changed the account since the last change")

// Undo is the undo of an operator's last change to an account.
type Undo struct {
	Plan change.Plan
	Last audit.LastWrite // the change that the plan undoes, if there is one
}

// PlanUndo plans to undo the operator's last change to an account, made in any session, as the audit
// log has it; without a log, the last one of this session. The plan starts from what was stored after
// that change, so that anything that happened since is a conflict. If the outcome of the change is
// unknown, PlanUndo checks it again and logs what it finds. The error is [ErrStillRunning],
// [ErrOtherAccount], [ErrChangedSince], one of [change.Outcome.Undo], [change.ErrNotLoggedWhole], or why
// the log could not be read or written.
func (d *Desk) PlanUndo(ctx context.Context, log *audit.Log, r account.Reading) (Undo, error) {
	own, isKnown := d.writer.LastChange(r.User.ID)
	if log == nil {
		p, err := own.Undo()
		return Undo{Plan: p}, err
	}
	last, found, err := log.LastWrite(change.SubjectOf(r.User))
	isOwn := isKnown && last.ThisSession
	if isOwn {
		last.Outcome, err = own, nil // it has what the log leaves out
	}
	switch {
	case err != nil:
		return Undo{Last: last}, err
	case !found:
		return Undo{}, change.ErrNothingToUndo
	case last.UserName != "" && last.UserName != string([]rune(r.User.UserName.Raw())): // as JSON has it
		return Undo{Last: last}, ErrOtherAccount
	case last.Running:
		return Undo{Last: last}, ErrStillRunning
	}
	if last.Outcome.Kind == change.Unknown && last.Since != nil { // what is stored now may be theirs
		return Undo{Last: last}, change.ErrUndoUnknown
	}
	was := last.Outcome.Kind
	if last.Outcome = d.writer.CheckAgain(ctx, last.Outcome); last.Outcome.Kind != was && !isOwn {
		if err := log.Settle(last, last.Outcome); err != nil {
			return Undo{Last: last}, err
		}
	}
	p, err := last.Outcome.Undo()
	if err == nil && last.Since != nil && (!last.Since.MayBe || last.Since.SetsPassword) {
		if _, differs := p.ConflictWith(r.Status, r.Password, r.ReadAt); !differs {
			err = ErrChangedSince
		}
	}
	return Undo{p, last}, err
}
