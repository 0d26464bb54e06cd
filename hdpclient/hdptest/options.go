package hdptest

import (
	"fmt"
	"net"
	"time"
)

// Option sets up a server before it starts.
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

// handMade is the number that stands for the operators and the hand-made accounts.
const handMade = -1

// WithAccounts sets the total number of accounts: the operators, who always exist, then
// the hand-made accounts, then generated ones. By default none are generated.
func WithAccounts(n int) Option { return func(s *settings) { s.accounts = max(n, 0) } }

// WithoutAccounts starts the server with its operators as the only accounts.
func WithoutAccounts() Option { return WithAccounts(0) }

// WithSeed sets the seed of the generated accounts. The same seed, number and clock make
// the same accounts.
func WithSeed(n uint64) Option { return func(s *settings) { s.seed = n } }

// WithClock sets the server's time, for locks, expiries and the Date header. now must be
// safe for concurrent use. The accounts' times are relative to its first result.
func WithClock(now func() time.Time) Option { return func(s *settings) { s.clock = now } }

// WithLatency delays every answer by d of real time.
func WithLatency(d time.Duration) Option { return func(s *settings) { s.latency = d } }

// WithAddress sets the address, by default 127.0.0.1:0, which chooses a free port. It must
// be a loopback address, since anyone can look up this server's passwords.
func WithAddress(address string) Option { return func(s *settings) { s.address = address } }

// WithTLS serves https with a self-signed certificate for 127.0.0.1, ::1 and localhost,
// which Server.Certificate returns.
func WithTLS() Option { return func(s *settings) { s.tls = tlsGood } }

// WithExpiredTLS serves https with a certificate that expired yesterday.
func WithExpiredTLS() Option { return func(s *settings) { s.tls = tlsExpired } }

// WithWrongNameTLS serves https with a certificate for another host.
func WithWrongNameTLS() Option { return func(s *settings) { s.tls = tlsWrongName } }

// WithQuirks turns on quirks.
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
			return fmt.Errorf("unknown quirk %q", q)
		}
	}
	return nil
}
