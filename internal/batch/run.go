package batch

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"

	"hdpadmin/internal/change"
)

// ErrNothing is returned for a preview with nothing to write.
var ErrNothing = errors.New("nothing would change")

// Writer makes one write; *change.Writer implements it.
type Writer interface {
	Apply(ctx context.Context, p change.Plan) change.Outcome
	// BatchDemands returns what a batch demands that changes so many accounts.
	BatchDemands(accounts int) change.Demands
}

// Run is a batch being written.
type Run struct {
	*Pool[Result]
	id      string
	action  Action
	file    PlanFile
	answers change.Answers

	writer   Writer
	failures *breaker

	mu     sync.Mutex
	logErr error
}

// Start writes what the preview plans, with the same answers for all rows; its error is a
// [change.UnmetError] if they do not meet the demands. It first logs the batch, and
// sends nothing if that fails, so it blocks that long. The preview of a plan file is logged even if
// nothing would change, because that uses the file up. The batch then runs until it is done, Stop
// is called or ctx ends; after that nothing more is sent. It stops on its own after a refused
// login, if an outcome cannot be logged, and after several server failures in a row.
func Start(ctx context.Context, w Writer, preview Preview, answers change.Answers, opts ...Option) (*Run, error) {
	s := settingsOf(opts)
	r := &Run{id: newID(), action: preview.Action, file: preview.File, answers: answers, writer: w, failures: &breaker{limit: s.failures}}
	if r.file.ID != "" && preview.Replaces == "" {
		r.id = r.file.ID
	}
	results, todo := r.results(preview)
	if len(todo) == 0 && r.file.ID == "" {
		return nil, ErrNothing
	}
	if err := w.BatchDemands(r.numberToType(len(todo))).Unmet(answers); err != nil {
		return nil, err
	}
	if s.log != nil {
		err := s.log.BeginBatch(Beginning{
			ID: r.id, Replaces: preview.Replaces, Action: preview.Action.String(), Reason: answers.Reason,
			Accounts: preview.accounts(), File: r.file,
		})
		if err != nil {
			return nil, fmt.Errorf("log the batch: %w", err)
		}
	}
	r.Pool = newPool(s, results, todo, job[Result]{
		markStarted: func(res Result) Result {
			res.State = UnderWay
			return res
		},
		process: r.write,
		markPanicked: func(res Result, err error) Result {
			res.State, res.Interrupted = Unknown, err
			return res
		},
		markNotStarted: func(res Result, err error) Result {
			res.State, res.Interrupted = NotSent, err
			return res
		},
		finish: func(_ []Result, stopped error) map[int]Result {
			r.logEnd(s.log, stopped)
			return nil
		},
	})
	r.start(ctx)
	return r, nil
}

// numberToType returns the number of accounts that the operator may have to type, 0 for a plan file,
// whose rows have been read.
func (r *Run) numberToType(accounts int) int {
	if r.file.ID != "" {
		return 0
	}
	return accounts
}

// newID is short enough to be read out over the phone.
func newID() string { return rand.Text()[:10] }

// NewPlanFile returns the plan file of an author, with a new ID.
func NewPlanFile(author string) PlanFile { return PlanFile{ID: newID(), Author: author} }

func (r *Run) results(preview Preview) (results []Result, todo []int) {
	number := r.numberToType(preview.countPlanned())
	for i, row := range preview.Rows {
		res := Result{Row: row, State: Skipped}
		if row.Kind == Planned {
			res.State = Waiting
			res.Plan = row.Plan.WithAnswers(r.answers).InBatch(r.id, number)
			todo = append(todo, i)
		}
		if row.Kind == Changed {
			res.State = Conflict
		}
		results = append(results, res)
	}
	return results, todo
}

// write writes one row. If only the start and end of the lock have moved since the preview, since
// somebody keeps trying to sign in, an unlock still means the same and is planned again, once. Any
// other conflict is for the operator to decide, and so is each conflict with a plan file.
func (r *Run) write(ctx context.Context, res Result) (Result, error) {
	o := r.writer.Apply(ctx, res.Plan)
	if o.Kind == change.Conflict && o.LockMoved && r.file.ID == "" && r.Progress().Stopped == nil {
		res.Replanned = true
		res.Plan = o.Replan()
		o = r.writer.Apply(ctx, res.Plan)
	}
	return res.withOutcome(o), r.failures.checkOutcome(o)
}

// logEnd logs that nothing of the batch is left, or releases the batch so that the rest may be
// resumed.
func (r *Run) logEnd(log Log, stopped error) {
	if log == nil {
		return
	}
	if stopped != nil && !errors.Is(stopped, ErrStopped) {
		log.ReleaseBatch(r.id)
		return
	}
	why := "finished"
	if stopped != nil {
		why = "stopped by the operator"
	}
	if err := log.EndBatch(r.id, why); err != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.logErr = fmt.Errorf("log the end of the batch: %w", err)
	}
}

// LogErr returns why the end of the batch could not be logged, so that it will be offered as
// unfinished; nil if it was logged or did not need to be.
func (r *Run) LogErr() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.logErr
}
