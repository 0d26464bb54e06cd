package uitest

import (
	"time"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/change"
	"hdpadmin/ui"
)

// start is the time at which the clock of console and server starts.
var start = time.Date(2026, 11, 22, 14, 2, 31, 0, time.UTC)

// OperatorOption changes the operator, the terminal or the server of a test.
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
	auditFile      string // "" for one of its own
	noAuditLog     bool
	rules          change.Rules
	readOnly       bool
	writer         []change.Option
	server         []hdptest.Option
	prepare        []func(*hdptest.Server)
	options        []func(*ui.Options)
	term           []Option
}

// On sets the size of the terminal in cells. The default is 80 by 24.
func On(w, h int) OperatorOption { return func(s *operatorOptions) { s.width, s.height = w, h } }

// At sets the time at which console and server start.
func At(t time.Time) OperatorOption { return func(s *operatorOptions) { s.start = t } }

// As signs in with this login. The default is the server's administrator.
func As(user, password string) OperatorOption {
	return func(s *operatorOptions) { s.user, s.password = user, password }
}

// WithoutPassword makes the console ask for the password.
func WithoutPassword() OperatorOption { return func(s *operatorOptions) { s.password = "" } }

// Before makes the server with these options.
func Before(opts ...hdptest.Option) OperatorOption {
	return func(s *operatorOptions) { s.server = append(s.server, opts...) }
}

// Given prepares the server before the program starts: accounts, faults, quirks.
func Given(prepare func(*hdptest.Server)) OperatorOption {
	return func(s *operatorOptions) { s.prepare = append(s.prepare, prepare) }
}

// ConnectionRefused gives the console an address where connections are refused.
func ConnectionRefused() OperatorOption { return func(s *operatorOptions) { s.dial = "127.0.0.1:1" } }

// Hanging says that n requests at the start hang on purpose; see [Term.Hold].
func Hanging(n int) OperatorOption { return func(s *operatorOptions) { s.hanging = n } }

// FarFromServer makes every request take about 12 ms, so that its duration on the screen has two
// digits unless the machine is very busy.
func FarFromServer() OperatorOption {
	return func(s *operatorOptions) { s.distance = 12 * time.Millisecond }
}

// ServerTellsTime makes the server send its time with every answer, as a real one does. By
// default the console uses the test's clock, and the header shows no difference to this
// machine's.
func ServerTellsTime() OperatorOption { return func(s *operatorOptions) { s.date = true } }

// ServerAhead makes the server send its time and sets its clock ahead of this machine's, or
// behind it if by is negative.
func ServerAhead(by time.Duration) OperatorOption {
	return func(s *operatorOptions) { s.date, s.ahead = true, by }
}

// MuteTerminal makes the terminal ignore all questions.
func MuteTerminal() OperatorOption { return func(s *operatorOptions) { s.mute = true } }

// With changes the console's options: read-only, another theme, a time zone.
func With(set func(*ui.Options)) OperatorOption {
	return func(s *operatorOptions) { s.options = append(s.options, set) }
}

// Under sets how changes are confirmed.
func Under(r change.Rules) OperatorOption { return func(s *operatorOptions) { s.rules = r } }

// Writing adds options to the writer.
func Writing(opts ...change.Option) OperatorOption {
	return func(s *operatorOptions) { s.writer = append(s.writer, opts...) }
}

// AuditLogIn sets the path of the audit log, which may already have entries of another operator.
func AuditLogIn(path string) OperatorOption { return func(s *operatorOptions) { s.auditFile = path } }

// WithoutAuditLog runs the console without an audit log.
func WithoutAuditLog() OperatorOption { return func(s *operatorOptions) { s.noAuditLog = true } }

// ReadOnly makes the console read-only and the client refuse to write.
func ReadOnly() OperatorOption { return func(s *operatorOptions) { s.readOnly = true } }

// Terminal adds options for the terminal.
func Terminal(opts ...Option) OperatorOption {
	return func(s *operatorOptions) { s.term = append(s.term, opts...) }
}
