package change

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"hdpadmin/hdpclient"
)

// Writer makes writes and owns them while they run. It is safe for concurrent use; an account has
// one write at a time, see [Locks].
type Writer struct {
	api    API
	clock  Clock
	outbox outbox
	rules  *Rules // nil: nothing is demanded
	locks  *Locks
	server string // canonical
	holder string // the operator, as others see them

	onOutcome func(Outcome) // may be nil

	// sending covers everything from the PUT on and ends with Shutdown's grace. closing ends when
	// Shutdown begins, and with it everything that was not sent.
	sending      context.Context
	stopSending  context.CancelCauseFunc
	closing      context.Context
	stopChecking context.CancelCauseFunc
	ended        chan struct{} // closed when Shutdown has finished
	hurried      chan struct{} // closed when Shutdown must not wait
	hurryOnce    sync.Once
	outstanding  []Outcome // of the writes that Shutdown found running

	mu        sync.Mutex
	closed    bool // nothing more is sent
	shutting  bool
	runs      int64             // number of writes
	forgotten int64             // how many of them belong to an earlier operator
	open      []*run            // the running writes, oldest first
	last      map[int64]Outcome // by account: the last write that may have changed it
	changed   chan struct{}     // closed at the next change of a stage
}

// Option configures a [Writer].
type Option func(*Writer)

// WithAuditLog logs every write. Without it nothing is logged.
func WithAuditLog(log AuditLog) Option { return func(w *Writer) { w.outbox.log = log } }

// WithRules makes the writer refuse plans whose demands are not met, with an [UnmetError] as the
// Err of the outcome. Without it nothing is demanded.
func WithRules(r Rules) Option { return func(w *Writer) { w.rules = &r } }

// WithClock replaces the machine's clock, for tests.
func WithClock(c Clock) Option { return func(w *Writer) { w.clock = c } }

// NewWriter returns a writer to the server behind api. It uses the values of ctx but ignores its
// end: only Shutdown gives up a write that was sent, so call it on every way out.
func NewWriter(ctx context.Context, api API, opts ...Option) *Writer {
	w := &Writer{
		api:   api,
		clock: systemClock{},
		locks: NewLocks(),
		last:  map[int64]Outcome{},
		ended: make(chan struct{}),

		hurried: make(chan struct{}),
		changed: make(chan struct{}),
	}
	ctx = context.WithoutCancel(ctx)
	w.sending, w.stopSending = context.WithCancelCause(ctx)
	w.closing, w.stopChecking = context.WithCancelCause(ctx)
	for _, opt := range opts {
		opt(w)
	}
	return w
}

// OnOutcome makes the writer call do with every outcome, while the account may still be locked. It must
// be called before the writer is used.
func (w *Writer) OnOutcome(do func(Outcome)) { w.onOutcome = do }

// Why a write was not sent, besides the errors of hdpclient, of the audit log and of the caller's
// context.
var (
	ErrEmpty    = errors.New("the plan changes nothing")
	ErrShutdown = errors.New("shutting down")
)

// Apply makes the write and returns once its outcome is known, or known to be Unknown: at most
// about half a minute after it was sent. ctx can stop it only before it is sent. An account whose
// last outcome is Unknown may be written to again, since Apply reads it first; the earlier write
// may still arrive and undo this one.
func (w *Writer) Apply(ctx context.Context, p Plan) Outcome {
	switch {
	case p.err != nil:
		return notSent(p, p.err)
	case p.Empty(), p.setsPassword():
		return notSent(p, ErrEmpty)
	}
	if err := w.unmet(p); err != nil {
		return notSent(p, err)
	}
	return w.track(ctx, p, w.applyPlan)
}

// Demands returns what the plan demands, see [WithRules].
func (w *Writer) Demands(p Plan) Demands {
	if w.rules == nil {
		return Demands{}
	}
	return w.rules.Demands(p)
}

// BatchDemands returns what a batch demands that changes so many accounts.
func (w *Writer) BatchDemands(accounts int) Demands {
	if w.rules == nil {
		return Demands{}
	}
	return w.rules.BatchDemands(accounts)
}

// ResetPassword gives the account of a plan by PlanReset a temporary password, which its user must change at the next
// sign-in. The outcome is Accepted, since no read can confirm the password. Unknown means that it
// may be in force; that includes a reset after which the user need not change it. It does not
// unlock the account, cannot be undone, and does not log the password.
func (w *Writer) ResetPassword(ctx context.Context, p Plan, password hdpclient.Secret) Outcome {
	if err := w.unmet(p); err != nil {
		return notSent(p, err)
	}
	return w.track(ctx, p, func(ctx context.Context, r *run) Outcome {
		return w.sendPassword(ctx, r, func(ctx context.Context) error { return w.api.ResetPassword(ctx, p.subject.ID, password) })
	})
}

// ChangeOwnPassword changes the password of the operator by calling send, since the request is
// not made with the Writer's login, which may have been refused. The outcome is as for
// ResetPassword. Neither password is logged.
func (w *Writer) ChangeOwnPassword(ctx context.Context, s Subject, send func(context.Context) error) Outcome {
	if r := w.rules; r != nil && r.SharedLogin != "" && strings.EqualFold(r.SharedLogin, s.Name.Raw()) {
		return notSent(planOwnPassword(s), &UnmetError{PermissionDemand, "other operators share this login"})
	}
	return w.track(ctx, planOwnPassword(s), func(ctx context.Context, r *run) Outcome { return w.sendPassword(ctx, r, send) })
}

// CheckAgain checks once whether a write whose outcome is Unknown was carried out. It returns any
// other outcome unchanged, and also that of a password reset, which cannot be read back. The
// outcome may be of an earlier session: only Kind and Plan are needed. Both ctx and Shutdown can
// stop it, since a write that waits for its outcome to be logged must not wait for a check.
func (w *Writer) CheckAgain(ctx context.Context, o Outcome) Outcome {
	if o.Kind != Unknown || o.Plan.setsPassword() {
		return o
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(w.closing, func() { cancel(context.Cause(w.closing)) })()
	was := o
	o = w.readStored(ctx, o).judge()
	if o.run != nil && (o.Kind != was.Kind || o.Seen != was.Seen) {
		w.mu.Lock()
		w.remember(o)
		w.mu.Unlock()
		o.LogErr = w.outbox.logOutcome(o.run.logOutcome, o)
	}
	if o.ReadErr == nil { // else it has an earlier read, from before what others may have written since
		w.tell(o)
	}
	return o
}

func notSent(p Plan, err error) Outcome { return Outcome{Kind: NotSent, Plan: p, Err: err} }

// now returns the server's time, or this machine's if that is not known.
func (w *Writer) now() time.Time {
	if t, ok := w.api.Now(); ok {
		return t.UTC()
	}
	return w.clock.Now().UTC()
}
