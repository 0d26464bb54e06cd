package hdptest

import (
	"fmt"
	"net"
	"time"
)

// An Option sets up a server before it starts.
type Option func(*settings)

type settings struct {
	accounts int
	seed     uint64
	clock    func() time.Time
	latency  time.Duration
	address  string
	tls      tlsKind
	quirks   []Quirk
	policy   Policy
	troubles []Trouble
}

func defaults() settings {
	return settings{
		accounts: handMade,
		seed:     1,
		clock:    time.Now,
		address:  "127.0.0.1:0",
		policy:   DefaultPolicy(),
	}
}

// handMade asks for the operators and the hand-made accounts and no more.
const handMade = -1

// WithAccounts asks for n accounts altogether: first the operators, which are
// always there, then the hand-made ones, then as many from the seed as it
// takes. Without this option there are the operators and the hand-made ones.
func WithAccounts(n int) Option { return func(s *settings) { s.accounts = max(n, 0) } }

// WithoutAccounts leaves the operators alone.
func WithoutAccounts() Option { return WithAccounts(0) }

// WithSeed chooses the generated accounts; the same seed, number and clock make
// the same accounts.
func WithSeed(n uint64) Option { return func(s *settings) { s.seed = n } }

// WithClock is the server's time: for locks, expiries, the Date header. It must be
// safe for concurrent use. The accounts' times are relative to its first answer.
func WithClock(now func() time.Time) Option { return func(s *settings) { s.clock = now } }

// WithLatency delays every answer by d of real time.
func WithLatency(d time.Duration) Option { return func(s *settings) { s.latency = d } }

// WithAddress chooses the address, by default 127.0.0.1:0: a free port. It must
// be a loopback address: the passwords of this server are known to all.
func WithAddress(address string) Option { return func(s *settings) { s.address = address } }

// WithTLS makes the server speak https with a certificate of its own for
// 127.0.0.1, ::1 and localhost; Server.Certificate returns it.
func WithTLS() Option { return func(s *settings) { s.tls = tlsGood } }

// WithExpiredTLS is TLS with a certificate that ended yesterday.
func WithExpiredTLS() Option { return func(s *settings) { s.tls = tlsExpired } }

// WithWrongNameTLS is TLS with a certificate for another host.
func WithWrongNameTLS() Option { return func(s *settings) { s.tls = tlsWrongName } }

// WithQuirks turns quirks on.
func WithQuirks(q ...Quirk) Option {
	return func(s *settings) { s.quirks = append(s.quirks, q...) }
}

// WithPolicy replaces the password policy.
func WithPolicy(p Policy) Option { return func(s *settings) { s.policy = p } }

func (s settings) validate() error {
	host, _, err := net.SplitHostPort(s.address)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); host != "localhost" && !ip.IsLoopback() {
		return fmt.Errorf("%s is not a loopback address", s.address)
	}
	known := map[Quirk]bool{}
	for _, q := range Quirks() {
		known[q] = true
	}
	for _, q := range s.quirks {
		if !known[q] {
			return fmt.Errorf("no quirk %q", q)
		}
	}
	return nil
}
