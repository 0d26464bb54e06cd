package serve

import (
	"cmp"
	"time"
)

// Limits bounds what one client, one operator and all of them together can take. A zero
// field means its default.
type Limits struct {
	Handshake time.Duration // from the connection to the sign-in; 10 s
	Start     time.Duration // for a connection or channel in which nothing runs; 10 s
	KeepAlive time.Duration // between two questions whether the client is still there; 30 s
	Answer    time.Duration // for the client's answer to such a question; 60 s
	Idle      time.Duration // for a console in which no key is pressed; 30 min
	Longest   time.Duration // for any session; 12 h
	Recheck   time.Duration // between two looks whether operators may still be signed in; 10 s
	Grace     time.Duration // for a session to finish once it has been asked to; 90 s
	Drain     time.Duration // for all of them when the service stops; 60 s

	Sessions            int // at a time; 100
	SessionsPerOperator int // at a time; 10
	Commands            int // at a time on one connection, besides one console; 4

	Arriving           int     // connections that have not signed in yet; 100
	ArrivingPerAddress int     // the same from one address, or one /64 of IPv6; 25
	Rate               float64 // connections a second from one address in the long run; 5
	Burst              int     // connections from one address at once; 50
}

func (l Limits) withDefaults() Limits {
	return Limits{
		Handshake: cmp.Or(l.Handshake, 10*time.Second),
		Start:     cmp.Or(l.Start, 10*time.Second),
		KeepAlive: cmp.Or(l.KeepAlive, 30*time.Second),
		Answer:    cmp.Or(l.Answer, time.Minute),
		Idle:      cmp.Or(l.Idle, 30*time.Minute),
		Longest:   cmp.Or(l.Longest, 12*time.Hour),
		Recheck:   cmp.Or(l.Recheck, 10*time.Second),
		Grace:     cmp.Or(l.Grace, 90*time.Second),
		Drain:     cmp.Or(l.Drain, time.Minute),

		Sessions:            cmp.Or(l.Sessions, 100),
		SessionsPerOperator: cmp.Or(l.SessionsPerOperator, 10),
		Commands:            cmp.Or(l.Commands, 4),

		Arriving:           cmp.Or(l.Arriving, 100),
		ArrivingPerAddress: cmp.Or(l.ArrivingPerAddress, 25),
		Rate:               cmp.Or(l.Rate, 5),
		Burst:              cmp.Or(l.Burst, 50),
	}
}

// These bounds need no setting: nothing that keeps to the protocol comes near them.
const (
	maxVariables  = 24
	maxVariable   = 128      // bytes of a value
	maxExecLine   = 32 << 10 // bytes
	maxWords      = 2000     // of an exec line
	maxModes      = 128      // of a terminal
	maxAddresses  = 10_000   // whose rate is remembered
	maxNameInLogs = 64       // bytes of text that the client chose
	signalBuffer  = 8        // the last place is the service's own
)
