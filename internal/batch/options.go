package batch

import "time"

// The settings of a batch that was given none.
const (
	DefaultConcurrency  = 2
	DefaultFailureLimit = 5
)

// Option is a setting of [Draft] and [Start], and of what calls them.
type Option func(*settings)

type settings struct {
	workers  int
	failures int
	now      func() time.Time
	log      Log
}

func settingsOf(opts []Option) settings {
	s := settings{workers: DefaultConcurrency, failures: DefaultFailureLimit, now: time.Now}
	for _, o := range opts {
		o(&s)
	}
	return s
}

// WithConcurrency sets how many accounts are worked on at once,
// [DefaultConcurrency] if not set. The client must let as many requests through,
// see hdpclient.WithMaxInFlight. Both are safe only below the server's lockout
// limit, 3 by default: as many requests may be out when the operator's password
// is changed or expires under the batch, each of them is answered 401, and each
// counts as a failed sign-in of the operator.
func WithConcurrency(n int) Option { return func(s *settings) { s.workers = max(1, n) } }

// WithFailureLimit sets after how many failures of the server in a row a batch
// stops by itself, [DefaultFailureLimit] if not set.
func WithFailureLimit(n int) Option { return func(s *settings) { s.failures = max(1, n) } }

// WithClock replaces the machine's clock, for tests. It must not go back.
func WithClock(now func() time.Time) Option { return func(s *settings) { s.now = now } }

// WithLog puts a batch on record before its first write, see [Log]. Without it
// an unfinished batch cannot be resumed.
func WithLog(l Log) Option { return func(s *settings) { s.log = l } }
