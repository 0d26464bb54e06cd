package uitest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/change"
	"hdpadmin/internal/temppass"
	"hdpadmin/ui"
	"hdpadmin/ui/theme"
)

// Op is an operator at the console: the whole program, with a real client and a real writer, before a
// server of its own, both by one clock that stands at 2026-11-22 14:02:31 UTC until the first key.
// Between two keys the operator looks: the program comes to rest, the terminal answers what it was
// asked, and a moment passes.
type Op struct {
	*Term
	Server *hdptest.Server
	Clock  *Clock
	Writer *change.Writer
	Record *Record // nil: none is kept

	tb      testing.TB
	mute    bool
	width   int
	height  int
	console *asked

	password string // that was last on the screen
}

// start is where the clock stands that console and server go by.
var start = time.Date(2026, 11, 22, 14, 2, 31, 0, time.UTC)

// Moment is what an operator takes to look before the next key. A dialog that opens by itself takes
// keys after less.
const moment = 60 * time.Millisecond

// Habit says something about the operator, the terminal or the server.
type Habit func(*habits)

type habits struct {
	start          time.Time
	width, height  int
	user, password string
	mute, date     bool
	dial           string
	hanging        int
	distance       time.Duration
	record         string // the file; "": one of its own
	noRecord       bool
	readOnly       bool
	server         []hdptest.Option
	prepare        []func(*hdptest.Server)
	options        []func(*ui.Options)
	term           []Option
}

// On is the size of the operator's terminal, in cells. Without it: 80 by 24.
func On(w, h int) Habit { return func(s *habits) { s.width, s.height = w, h } }

// At is the time at which console and server start.
func At(t time.Time) Habit { return func(s *habits) { s.start = t } }

// As signs in with that login. Without it: the server's administrator.
func As(user, password string) Habit {
	return func(s *habits) { s.user, s.password = user, password }
}

// WithoutPassword leaves the password to be asked for.
func WithoutPassword() Habit { return func(s *habits) { s.password = "" } }

// Before sets up the server.
func Before(opts ...hdptest.Option) Habit {
	return func(s *habits) { s.server = append(s.server, opts...) }
}

// Given prepares the server before the program starts: accounts, faults, quirks.
func Given(prepare func(*hdptest.Server)) Habit {
	return func(s *habits) { s.prepare = append(s.prepare, prepare) }
}

// NobodyListens makes the server's address one where connections are refused.
func NobodyListens() Habit { return func(s *habits) { s.dial = "127.0.0.1:1" } }

// Hanging says that n requests of the start hang on purpose, as Hold does.
func Hanging(n int) Habit { return func(s *habits) { s.hanging = n } }

// FarFromServer makes every request take some 12 ms: as what the screen says of it two digits, unless
// the machine is very busy.
func FarFromServer() Habit { return func(s *habits) { s.distance = 12 * time.Millisecond } }

// ServerTellsTime lets the server send its time with every answer, as in life. Without it the program
// goes by the test's clock alone, and the header has no word on how far that is from this machine's.
func ServerTellsTime() Habit { return func(s *habits) { s.date = true } }

// MuteTerminal is a terminal that never answers what it is asked.
func MuteTerminal() Habit { return func(s *habits) { s.mute = true } }

// With changes what the console is made of: read-only, another theme, a time zone.
func With(change func(*ui.Options)) Habit {
	return func(s *habits) { s.options = append(s.options, change) }
}

// RecordIn keeps the record in that file, which another operator may have begun.
func RecordIn(path string) Habit { return func(s *habits) { s.record = path } }

// WithoutRecord keeps none.
func WithoutRecord() Habit { return func(s *habits) { s.noRecord = true } }

// ReadOnly is a console that only looks, and a client that sends no write.
func ReadOnly() Habit { return func(s *habits) { s.readOnly = true } }

// Terminal adds options of the terminal.
func Terminal(opts ...Option) Habit { return func(s *habits) { s.term = append(s.term, opts...) } }

// Operator starts server and console, and waits until there is nothing more to come. The header shows
// the server as hdp.example.test. When the test fails, the screen, the requests and the record are
// printed. However it ends, nothing may have been sent that is not on record before.
func Operator(tb testing.TB, opts ...Habit) *Op {
	tb.Helper()
	h := habits{start: start, width: 80, height: 24, user: "d2cadmin", password: hdptest.AdminPassword}
	for _, o := range opts {
		o(&h)
	}
	c := NewClock(h.start)
	server := hdptest.NewServer(tb, append([]hdptest.Option{hdptest.Clock(c.Now)}, h.server...)...)
	server.SetQuirk(hdptest.NoDate, !h.date)
	server.SetLatency(h.distance)
	for _, prepare := range h.prepare {
		prepare(server)
	}
	if h.dial == "" {
		h.dial = strings.TrimPrefix(server.URL, "http://")
	}
	dialing := []hdpclient.Option{hdpclient.WithAllowHTTP(), hdpclient.WithTransport(dialTo(h.dial, h.distance))}
	if h.readOnly {
		dialing = append(dialing, hdpclient.WithReadOnly())
		h.options = append(h.options, func(o *ui.Options) { o.ReadOnly = true })
	}
	client, err := hdpclient.New("http://hdp.example.test", dialing...)
	if err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := context.WithCancel(tb.Context())
	var record *Record
	writing := []change.Option{change.WithClock(writerClock{c})}
	if !h.noRecord {
		if record, err = newRecord(tb, h.record, c); err != nil {
			tb.Fatal(err)
		}
		writing = append(writing, change.WithRecorder(record.trail))
	}
	writer := change.NewWriter(ctx, client, writing...)
	options := ui.Options{
		Client: client, Writer: writer, Theme: theme.Dark(), Clock: c,
		User: h.user, Password: hdpclient.SecretOf(h.password),
	}
	if record != nil {
		record.look = func(o change.Outcome) change.Outcome { return writer.Look(ctx, o) }
		options.Trail = record.trail
	}
	for _, change := range h.options {
		change(&options)
	}
	console, err := ui.New(ctx, options)
	if err != nil {
		tb.Fatal(err)
	}
	// Cleanups run from the last to the first: the program ends, then the writes, then the server.
	tb.Cleanup(func() {
		cancel()
		writer.Shutdown(0)
		client.ClearCredentials()
		client.Close()
	})
	o := &Op{
		Server: server, Clock: c, Writer: writer, Record: record, tb: tb, mute: h.mute, width: h.width, height: h.height,
		console: &asked{Model: console, times: new(atomic.Int64)},
	}
	o.Term = Start(tb, o.console, append([]Option{Size(h.width, h.height), WithClock(c)}, h.term...)...)
	tb.Cleanup(func() {
		if tb.Failed() {
			tb.Logf("at the end:\n%s\n%s", o.screen.framed(), o.story())
		}
	})
	o.Hold(h.hanging)
	o.Looks()
	return o
}

func dialTo(address string, distance time.Duration) func(*http.Transport) {
	return func(t *http.Transport) {
		t.Proxy = nil
		t.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
			select {
			case <-time.After(distance):
			case <-ctx.Done():
			}
			return new(net.Dialer).DialContext(ctx, network, address)
		}
	}
}

// Looks is what the operator does between two keys.
func (o *Op) Looks() { o.Waits(moment) }

// Waits lets the program come to rest, the time pass, and the program come to rest again.
func (o *Op) Waits(d time.Duration) {
	o.tb.Helper()
	o.Idle()
	for n := o.console.times.Swap(0); n > 0 && !o.mute; n-- {
		o.Send(uv.PrimaryDeviceAttributesEvent{62, 22}) // a terminal answers every question
	}
	o.Clock.Advance(d)
	o.Idle()
}

// Presses presses keys one after the other, looking before and after each.
func (o *Op) Presses(keys ...string) {
	o.tb.Helper()
	for _, key := range keys {
		o.Looks()
		o.Press(key)
	}
	o.Looks()
}

// Types types a text in one go.
func (o *Op) Types(text string) {
	o.tb.Helper()
	o.Looks()
	o.Type(text)
	o.Looks()
}

// Clears empties the field that has the cursor.
func (o *Op) Clears() {
	o.tb.Helper()
	o.Presses("ctrl+u", "ctrl+k")
}

// Finds types into the field that finds.
func (o *Op) Finds(text string) {
	o.tb.Helper()
	o.Presses("/")
	o.Types(text)
}

// Opens finds an account and goes to it.
func (o *Op) Opens(text string) {
	o.tb.Helper()
	o.Finds(text)
	o.Presses("enter")
}

// Turns leaves the account that he looks at for another.
func (o *Op) Turns(to string) {
	o.tb.Helper()
	o.Presses("/")
	o.Clears()
	o.Types(to)
	o.Presses("enter")
}

// Unlocks unlocks the account that he looks at, with a reason, and confirms it.
func (o *Op) Unlocks(reason string) {
	o.tb.Helper()
	o.Presses("u")
	o.Types(reason)
	o.Presses("enter")
}

// Signs in with name and password, where the dialog that asks for them has the cursor in the password.
func (o *Op) Signs(password string) {
	o.tb.Helper()
	o.Types(password)
	o.Presses("enter")
}

// Resizes changes the terminal's size and looks, long enough for the panes to follow.
func (o *Op) Resizes(w, h int) {
	o.tb.Helper()
	o.width, o.height = w, h
	o.Resize(w, h)
	o.Waits(200 * time.Millisecond)
}

// Golden compares the screen at the three sizes of the design, and goes back to the size before.
func (o *Op) Golden(name string) {
	o.tb.Helper()
	w, h := o.width, o.height
	for _, size := range [][2]int{{120, 36}, {80, 24}, {40, 12}} {
		o.GoldenAt(name, size[0], size[1])
	}
	o.Resizes(w, h)
}

// GoldenAt compares the screen at one size. The file is testdata/<test>/<name>-80x24.golden, without
// a name testdata/<test>/80x24.golden.
func (o *Op) GoldenAt(name string, w, h int) {
	o.tb.Helper()
	if w != o.width || h != o.height {
		o.Resizes(w, h)
	}
	o.Looks()
	if name != "" {
		name += "-"
	}
	screen := Steady(o.Screen())
	if o.Record != nil {
		screen = o.Record.steady(screen)
	}
	screen = masked(screen, o.Password())
	o.compare(fmt.Sprintf("%s%dx%d", name, w, h), screen)
}

// GoldenStyled compares the screen with its colours and attributes, as Term does; without how long
// requests took. It is drawn anew before: the colour of a blank depends on what was there.
func (o *Op) GoldenStyled(name string) {
	o.tb.Helper()
	o.Presses("ctrl+l")
	o.compare(name, Steady(o.Styled()))
}

// Password is the temporary password that is, or was last, on the screen when somebody looked; "" for none.
func (o *Op) Password() string {
	if m := temporary.FindStringSubmatch(o.Screen()); m != nil {
		o.password = m[1]
	}
	return o.password
}

var temporary = regexp.MustCompile(`Password  ([!-~]{12,32}) `)

// masked is a screen on which a temporary password, which is another in every run, and its spelling are
// those of a password that stays.
func masked(screen, password string) string {
	const instead = "Tide-Marsh47"
	if len(password) != len(instead) {
		return screen
	}
	was, is := temppass.Spell(hdpclient.SecretOf(password)), temppass.Spell(hdpclient.SecretOf(instead))
	half := (len(was) + 1) / 2
	lines, at := strings.Split(screen, "\n"), 0
	for i, line := range lines {
		line = strings.Replace(line, password, instead, 1)
		for n := at; n < half; n++ {
			left, right := strings.Index(line, "  "+was[n]+" "), -1
			if left >= 0 && n+half < len(was) {
				right = strings.Index(line[left+1:], "  "+was[n+half]) + left + 1
			}
			border := strings.Index(line[max(0, left):], "│") + left
			if left < 0 || right <= left || border <= right {
				continue
			}
			line = line[:left] + fmt.Sprintf("  %-*s  %-*s", right-left-2, is[n], border-right-2, is[n+half]) + line[border:]
			at = n + 1
			break
		}
		lines[i] = line
	}
	return strings.Join(lines, "\n")
}

var took = regexp.MustCompile(`(<1|\d+)[ \x{a0}]ms`)

// Steady is a screen without how long requests took: of all that is shown, that alone is of this
// machine. What else stands in the line and the border behind it keep their columns.
func Steady(screen string) string {
	lines := strings.Split(screen, "\n")
	for i, line := range lines {
		at := took.FindStringIndex(line)
		if at == nil {
			continue
		}
		const instead = "N ms"
		before, after := line[:at[0]], line[at[1]:]
		if text, border, found := strings.Cut(after, "│"); found {
			pad := strings.TrimRight(text, " ")
			room := len(text) - len(pad) + ansi.StringWidth(line[at[0]:at[1]]) - len(instead)
			after = pad + strings.Repeat(" ", max(0, room)) + "│" + border
		}
		lines[i] = before + instead + after
	}
	return strings.Join(lines, "\n")
}

// Sent is the requests since the last Forgets, each "GET /api/admin/users/307/statusinfo", without
// the query.
func (o *Op) Sent() []string {
	var all []string
	for _, r := range o.Server.Requests() {
		path, _, _ := strings.Cut(r.Path, "?")
		all = append(all, r.Method+" "+path)
	}
	return all
}

// Writes is the bodies of all PUTs since the last Forgets, each behind its path.
func (o *Op) Writes() []string {
	var all []string
	for _, r := range o.Server.Requests() {
		if r.Method != http.MethodGet {
			all = append(all, r.Path+" "+r.Body)
		}
	}
	return all
}

// Shows waits until the screen shows all the texts as Sees does, however many blanks stand between
// their words: the columns of a row.
func (o *Op) Shows(texts ...string) {
	o.tb.Helper()
	var missing []string
	o.waitFor("not on the screen", func(screen string) bool {
		missing = nil
		for _, text := range texts {
			if !strings.Contains(squeezed(screen), squeezed(text)) {
				missing = append(missing, text)
			}
		}
		return len(missing) == 0
	})
}

var blanks = regexp.MustCompile(` +`)

func squeezed(s string) string { return blanks.ReplaceAllString(s, " ") }

// Sends wants these requests since the last Forgets, and no others.
func (o *Op) Sends(want ...string) {
	o.tb.Helper()
	o.Looks()
	if got := o.Sent(); !slices.Equal(got, want) {
		o.tb.Errorf("sent\n%q, want\n%q", got, want)
	}
}

// Awaits waits until a request hangs whose path has that end.
func (o *Op) Awaits(path string) {
	o.tb.Helper()
	ctx, cancel := context.WithTimeout(o.tb.Context(), o.deadline)
	defer cancel()
	if _, err := o.Server.Await(ctx, func(r hdptest.Request) bool {
		return r.Fault == hdptest.Hang && strings.HasSuffix(r.Path, path)
	}); err != nil {
		o.fail(fmt.Sprintf("no request …%s hangs: %v", path, err))
	}
}

// Keeps tells whether the console has the text anywhere in what it is made of.
func (o *Op) Keeps(text string) bool {
	o.tb.Helper()
	o.Looks()
	return holds(reflect.ValueOf(o.console.Model), text, map[seen]bool{})
}

// seen is where a look has been.
type seen struct {
	at  uintptr
	typ reflect.Type
}

// holds looks for the text in what v is made of, as far as that is of our own types.
func holds(v reflect.Value, text string, been map[seen]bool) bool {
	switch v.Kind() {
	case reflect.String:
		return strings.Contains(v.String(), text)
	case reflect.Pointer:
		at := seen{v.Pointer(), v.Type()}
		if v.IsNil() || been[at] {
			return false
		}
		been[at] = true
		return holds(v.Elem(), text, been)
	case reflect.Interface:
		return !v.IsNil() && holds(v.Elem(), text, been)
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			b := make([]byte, v.Len())
			for i := range b {
				b[i] = byte(v.Index(i).Uint())
			}
			return strings.Contains(string(b), text)
		}
		for i := range v.Len() {
			if holds(v.Index(i), text, been) {
				return true
			}
		}
	case reflect.Map:
		for i := v.MapRange(); i.Next(); {
			if holds(i.Key(), text, been) || holds(i.Value(), text, been) {
				return true
			}
		}
	case reflect.Struct:
		if p := v.Type().PkgPath(); p != "" && !strings.HasPrefix(p, "hdpadmin/") {
			return false
		}
		for i := range v.NumField() {
			if holds(v.Field(i), text, been) {
				return true
			}
		}
	}
	return false
}

// Forgets empties the server's log of requests.
func (o *Op) Forgets() {
	o.tb.Helper()
	o.Looks()
	o.Server.ResetRequests()
}

// story is what has been asked of the server.
func (o *Op) story() string {
	var b strings.Builder
	fmt.Fprintln(&b, "requests:")
	for _, r := range o.Server.Requests() {
		fmt.Fprintf(&b, "  %s %-4s %s → %d %s %s\n", r.Time.Format(time.TimeOnly), r.Method, r.Path, r.Status, r.Fault, r.Body)
	}
	if o.Record == nil {
		return b.String()
	}
	fmt.Fprintln(&b, "on record:")
	told, err := o.Record.read()
	for _, r := range told {
		fmt.Fprintf(&b, "  %s %s\n", r.Time.Format(time.TimeOnly), inWords(r))
	}
	if err != nil {
		fmt.Fprintf(&b, "  %v\n", err)
	}
	return b.String()
}

// asked is the console, and how often it has asked the terminal what it is.
type asked struct {
	*ui.Model
	times *atomic.Int64
}

func (a *asked) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if raw, ok := msg.(tea.RawMsg); ok && raw.Msg == ansi.RequestPrimaryDeviceAttributes {
		a.times.Add(1)
	}
	_, cmd := a.Model.Update(msg)
	return a, cmd
}

// writerClock is a Clock for the writer, whose waits are at rest as timers are.
type writerClock struct{ *Clock }

func (c writerClock) After(d time.Duration) <-chan time.Time {
	woken := make(chan time.Time, 1)
	s := &sleeper{wake: make(chan struct{})}
	c.mu.Lock()
	c.seq++
	s.due, s.seq = c.now.Add(d), c.seq
	if d <= 0 {
		close(s.wake)
	} else {
		c.sleepers = append(c.sleepers, s)
		c.meter.rest(1)
	}
	c.mu.Unlock()
	go func() {
		select {
		case <-s.wake:
		case <-c.released:
		}
		woken <- c.Now()
	}()
	return woken
}

// Key is the message of a key by the name that Bubble Tea gives it, for tests that call Update.
func Key(tb testing.TB, name string) tea.KeyPressMsg {
	tb.Helper()
	key, ok := keyNamed(name)
	if !ok {
		tb.Fatalf("there is no key %q", name)
	}
	return tea.KeyPressMsg(key)
}
