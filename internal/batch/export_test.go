package batch

// ID returns the ID of the batch in the audit log.
func (r *Run) ID() string { return r.id }

// WithFailureLimit sets after how many server failures in a row a batch stops on its own; the
// default is [DefaultFailureLimit].
func WithFailureLimit(n int) Option { return func(s *settings) { s.failures = max(1, n) } }
