package batch

import "time"

// The default settings of a batch.
const (
	DefaultConcurrency  = 2
	DefaultFailureLimit = 5
)

// Option configures [Prepare], [Start] and the functions that call them.
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

// WithConcurrency sets how many accounts are processed at once; the default is
// [DefaultConcurrency]. The client must allow as many requests, see hdpclient.WithMaxInFlight.
// Stay below the server's lockout limit, 3 by default: if the operator's password changes or
// expires during the batch, each request in flight is answered 401 and counts as a failed sign-in
// of the operator.
func WithConcurrency(n int) Option { return func(s *settings) { s.workers = max(1, n) } }

// WithClock replaces the machine's clock, for tests. It must not go backwards.
func WithClock(now func() time.Time) Option { return func(s *settings) { s.now = now } }

// WithLog logs a batch before its first write, see [Log]. Without it an unfinished batch cannot be
// resumed.
func WithLog(l Log) Option { return func(s *settings) { s.log = l } }
