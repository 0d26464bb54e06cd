package uitest

import (
	"time"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/ui"
)

// start is where the clock stands that console and server go by.
var start = time.Date(2026, 11, 22, 14, 2, 31, 0, time.UTC)

// OperatorOption says something about the operator, the terminal or the server.
type OperatorOption func(*operatorOptions)

type operatorOptions struct {
	start          time.Time
	ahead          time.Duration
	width, height  int
	user, password string
	mute, date     bool
	dial           string
	hanging        int
	distance       time.Duration
	auditFile      string // the file; "": one of its own
	noAuditLog     bool
	readOnly       bool
	server         []hdptest.Option
	prepare        []func(*hdptest.Server)
	options        []func(*ui.Options)
	term           []Option
}

// On is the size of the operator's terminal, in cells. Without it: 80 by 24.
func On(w, h int) OperatorOption { return func(s *operatorOptions) { s.width, s.height = w, h } }

// At is the time at which console and server start.
func At(t time.Time) OperatorOption { return func(s *operatorOptions) { s.start = t } }

// As signs in with that login. Without it: the server's administrator.
func As(user, password string) OperatorOption {
	return func(s *operatorOptions) { s.user, s.password = user, password }
}

// WithoutPassword leaves the password to be asked for.
func WithoutPassword() OperatorOption { return func(s *operatorOptions) { s.password = "" } }

// Before sets up the server.
func Before(opts ...hdptest.Option) OperatorOption {
	return func(s *operatorOptions) { s.server = append(s.server, opts...) }
}

// Given prepares the server before the program starts: accounts, faults, quirks.
func Given(prepare func(*hdptest.Server)) OperatorOption {
	return func(s *operatorOptions) { s.prepare = append(s.prepare, prepare) }
}

// ConnectionRefused makes the server's address one where connections are refused.
func ConnectionRefused() OperatorOption { return func(s *operatorOptions) { s.dial = "127.0.0.1:1" } }

// Hanging says that n requests of the start hang on purpose, as Hold does.
func Hanging(n int) OperatorOption { return func(s *operatorOptions) { s.hanging = n } }

// FarFromServer makes every request take some 12 ms: as what the screen says of it two digits, unless
// the machine is very busy.
func FarFromServer() OperatorOption {
	return func(s *operatorOptions) { s.distance = 12 * time.Millisecond }
}

// ServerTellsTime lets the server send its time with every answer, as in life. Without it the program
// goes by the test's clock alone, and the header has no word on how far that is from this machine's.
func ServerTellsTime() OperatorOption { return func(s *operatorOptions) { s.date = true } }

// ServerAhead is a server that tells its time, and whose clock is so far ahead of this machine's;
// behind it, if that is negative.
func ServerAhead(by time.Duration) OperatorOption {
	return func(s *operatorOptions) { s.date, s.ahead = true, by }
}

// MuteTerminal is a terminal that never answers what it is asked.
func MuteTerminal() OperatorOption { return func(s *operatorOptions) { s.mute = true } }

// With changes what the console is made of: read-only, another theme, a time zone.
func With(change func(*ui.Options)) OperatorOption {
	return func(s *operatorOptions) { s.options = append(s.options, change) }
}

// AuditLogIn keeps the record in that file, which another operator may have begun.
func AuditLogIn(path string) OperatorOption { return func(s *operatorOptions) { s.auditFile = path } }

// WithoutAuditLog keeps none.
func WithoutAuditLog() OperatorOption { return func(s *operatorOptions) { s.noAuditLog = true } }

// ReadOnly is a console that only looks, and a client that sends no write.
func ReadOnly() OperatorOption { return func(s *operatorOptions) { s.readOnly = true } }

// Terminal adds options of the terminal.
func Terminal(opts ...Option) OperatorOption {
	return func(s *operatorOptions) { s.term = append(s.term, opts...) }
}
