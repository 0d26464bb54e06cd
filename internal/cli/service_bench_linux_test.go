package cli_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
	"golang.org/x/crypto/ssh"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
)

const (
	benchAccounts = 100_000
	benchConsoles = 50
	benchBatches  = 10
	benchLatency  = 50 * time.Millisecond // of HDP, while batches run
)

// BenchmarkServedConsoles measures 50 consoles with one login, each of which presses a key per second,
// while ten batches run. An iteration is a second.
func BenchmarkServedConsoles(b *testing.B) {
	s := startBenchService(b)
	empty := s.memory()
	all := []*servedConsole{s.opensConsole("bob")}
	one := s.settledMemory()
	for range benchConsoles - 1 {
		all = append(all, s.opensConsole("bob"))
	}
	idle := s.settledMemory()
	move := s.bytesOfMove(all[0])
	stop := s.runBatches()
	keys := newKeyTimes()
	busy := s.cpu()
	began := time.Now()
	seconds := 0
	var typing sync.WaitGroup
	second := make([]chan time.Time, len(all))
	for i, c := range all {
		second[i] = make(chan time.Time, 1)
		typing.Go(func() { c.types(i, second[i], keys) })
	}
	for b.Loop() {
		now := time.Now()
		for i, to := range second {
			to <- now.Add(time.Second * time.Duration(i) / time.Duration(len(second)))
		}
		<-time.After(time.Until(began.Add(time.Duration(seconds+1) * time.Second)))
		seconds++
	}
	for _, to := range second {
		close(to)
	}
	typing.Wait()
	used := (s.cpu() - busy).Seconds() / time.Since(began).Seconds()
	typed := s.memory()
	changed := stop()

	b.ReportMetric(0, "ns/op")
	b.ReportMetric(empty.resident, "MB/empty")
	b.ReportMetric(one.resident, "MB/one-session")
	b.ReportMetric((idle.resident-one.resident)/(benchConsoles-1), "MB/further-session")
	b.ReportMetric((typed.resident-one.resident)/(benchConsoles-1), "MB/busy-session")
	b.ReportMetric((typed.heap-one.heap)/(benchConsoles-1), "MB-heap/busy-session")
	b.ReportMetric(typed.peak, "MB/peak")
	b.ReportMetric(used, "cores")
	b.ReportMetric(float64(changed)/time.Since(began).Seconds(), "changes/s")
	b.ReportMetric(milliseconds(all[0].list), "ms/first-list")
	var lists []time.Duration
	for _, c := range all[1:] {
		lists = append(lists, c.list)
	}
	b.ReportMetric(milliseconds(median(lists)), "ms/shared-list-p50")
	b.ReportMetric(milliseconds(slices.Max(lists)), "ms/shared-list-max")
	b.ReportMetric(move, "bytes/move")
	b.ReportMetric(s.bytesOfMove(s.opensLocalConsole()), "bytes/local-move")
	for what, took := range keys.took {
		slices.Sort(took)
		b.ReportMetric(milliseconds(took[len(took)/2]), "ms/"+what+"-p50")
		b.ReportMetric(milliseconds(took[len(took)*99/100]), "ms/"+what+"-p99")
	}
	if keys.missing > 0 {
		b.Errorf("%d of %d keys were not drawn", keys.missing, len(keys.took[anyKey])+keys.missing)
	}
}

// BenchmarkServedLogins measures the memory of ten consoles with different logins, which all see every
// account.
func BenchmarkServedLogins(b *testing.B) {
	for b.Loop() {
		s := startBenchService(b)
		s.opensConsole("admin0")
		one := s.settledMemory()
		for i := 1; i < 10; i++ {
			s.opensConsole(fmt.Sprint("admin", i))
		}
		ten := s.settledMemory()
		b.ReportMetric(one.resident, "MB/one-login")
		b.ReportMetric(ten.resident, "MB/ten-logins")
		b.ReportMetric(ten.peak, "MB/peak")
	}
}

// BenchmarkServedSignIns signs in and out again, and reports what is left in memory of it. An iteration
// is one session.
func BenchmarkServedSignIns(b *testing.B) {
	s := startBenchService(b)
	s.opensConsole("bob") // keeps the list
	for range 20 {
		s.opensConsole("bob").quits()
	}
	before := s.settledMemory()
	for b.Loop() {
		s.opensConsole("bob").quits()
	}
	after := s.settledMemory()
	b.ReportMetric(after.goroutines-before.goroutines, "goroutines")
	b.ReportMetric(after.resident-before.resident, "MB")
	b.ReportMetric(after.heap-before.heap, "MB-heap")
}

// benchService is hdpadmin serve, built as it is released, with a server of 100,000 accounts.
type benchService struct {
	*sshService
	b      *testing.B
	health string
	http   *http.Client
}

func startBenchService(b *testing.B) *benchService {
	b.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		b.Skip(err)
	}
	s := &benchService{sshService: prepareService(b, "", hdptest.WithAccounts(benchAccounts)), b: b}
	s.exe = filepath.Join(s.home, "hdpadmin")
	build := exec.CommandContext(b.Context(), "go", "build", "-trimpath", "-o", s.exe, "hdpadmin")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	folder, err := os.MkdirTemp("", "s") // the path of a socket is short
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = os.RemoveAll(folder) })
	s.health = filepath.Join(folder, "health")
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", s.health)
	}}
	b.Cleanup(transport.CloseIdleConnections)
	s.http = &http.Client{Transport: transport, Timeout: waitLimit}
	s.write("serve.toml", fmt.Sprintf("listen = [\"127.0.0.1:0\"]\nhost_key = %q\ncontrol = %q\nhealth = %q\n[limits]\nsessions_per_operator = 100\n[settings]\nserver = %q\naudit_file = %q\n",
		filepath.Join(s.home, "host_key"), filepath.Join(folder, "control"), s.health, s.URL, s.auditFile()))

	var operators strings.Builder
	operator := func(name, login, more string) {
		s.makeKey(name)
		fmt.Fprintf(&operators, "[operators.%s]\nkeys = [%q]\nlogin = %q\n%s\n", name, s.publicKeys[name], login, more)
	}
	operator("bob", "d2cadmin", "")
	s.AddOperator("batches", hdptest.AdminPassword, nil, int64(hdpclient.PermissionAdministrator))
	operator("batches", "batches", fmt.Sprintf("password_command = [\"echo\", %q]", hdptest.AdminPassword))
	for i := range 10 {
		name := fmt.Sprint("admin", i)
		s.AddOperator(name, hdptest.AdminPassword, nil, int64(hdpclient.PermissionAdministrator))
		operator(name, name, "")
	}
	s.write("operators.toml", operators.String())
	s.start()
	return s
}

// memory is in megabytes.
type memory struct{ resident, peak, heap, goroutines float64 }

func (s *benchService) memory() (m memory) {
	s.b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		s.b.Fatal(err)
	}
	kilobytes := func(name string) float64 {
		found := regexp.MustCompile(`(?m)^` + name + `:\s+(\d+) kB$`).FindSubmatch(status)
		n, err := strconv.ParseFloat(string(found[1]), 64)
		if err != nil {
			s.b.Fatal(err)
		}
		return n * 1024 / 1e6
	}
	m.resident, m.peak = kilobytes("VmRSS"), kilobytes("VmHWM")
	answer, err := s.http.Get("http://service/metrics")
	if err != nil {
		s.b.Fatal(err)
	}
	defer answer.Body.Close()
	for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), " ")
		n, _ := strconv.ParseFloat(value, 64)
		switch name {
		case "go_memstats_heap_alloc_bytes":
			m.heap = n / 1e6
		case "go_goroutines":
			m.goroutines = n
		}
	}
	return m
}

// settledMemory waits until the service has given back to the system what it no longer needs, which it
// does on its own, and until what a finished session waits for is over.
func (s *benchService) settledMemory() memory {
	s.b.Helper()
	<-time.After(5 * time.Second)
	return s.memory()
}

// cpu returns the time for which the service has computed.
func (s *benchService) cpu() time.Duration {
	s.b.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		s.b.Fatal(err)
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')'):]))
	user, _ := strconv.Atoi(fields[12])
	system, _ := strconv.Atoi(fields[13])
	return time.Duration(user+system) * 10 * time.Millisecond
}

// dials signs in with the key of an operator.
func (s *benchService) dials(operator string) *ssh.Client {
	s.b.Helper()
	raw, err := os.ReadFile(filepath.Join(s.home, operator))
	if err != nil {
		s.b.Fatal(err)
	}
	key, err := ssh.ParsePrivateKey(raw)
	if err != nil {
		s.b.Fatal(err)
	}
	c, err := ssh.Dial("tcp", net.JoinHostPort("127.0.0.1", s.port), &ssh.ClientConfig{
		Auth: []ssh.AuthMethod{ssh.PublicKeys(key)}, HostKeyCallback: ssh.InsecureIgnoreHostKey(), Timeout: waitLimit,
	})
	if err != nil {
		s.b.Fatal(err)
	}
	return c
}

// runBatches keeps ten batches running until stop is called, which returns how many accounts they have
// unlocked.
func (s *benchService) runBatches() (stop func() (changed int)) {
	const rows = 100
	s.SetLatency(benchLatency)
	var ids []int64
	for range benchBatches * rows {
		ids = append(ids, s.AddAccount(hdptest.Account{StatusInfo: `{"status":1,"accountLocked":true}`}))
	}
	over := make(chan struct{})
	var running sync.WaitGroup
	var mu sync.Mutex
	changed := 0
	for i := range benchBatches {
		ids := ids[i*rows : (i+1)*rows]
		client := s.dials("batches")
		running.Go(func() {
			defer client.Close()
			for {
				var list strings.Builder
				for _, id := range ids {
					s.SetStatusInfo(id, `{"status":1,"accountLocked":true}`)
					fmt.Fprintln(&list, s.Stored(id).UserName)
				}
				session, err := client.NewSession()
				if err != nil {
					s.b.Error(err)
					return
				}
				session.Stdin = strings.NewReader(list.String())
				var out strings.Builder
				session.Stdout, session.Stderr = &out, &out
				done := make(chan struct{})
				go func() {
					defer close(done)
					err = session.Run(fmt.Sprintf("unlock --from - --yes --confirm %d --reason bench", rows))
				}()
				select {
				case <-done:
					if err != nil {
						s.b.Errorf("a batch: %v: %s", err, out.String())
						return
					}
				case <-over:
					_ = client.Close()
					<-done
				}
				mu.Lock()
				for _, id := range ids {
					if !s.Stored(id).Locked() {
						changed++
					}
				}
				mu.Unlock()
				select {
				case <-over:
					return
				default:
				}
			}
		})
	}
	for began := time.Now(); !slices.ContainsFunc(ids, func(id int64) bool { return !s.Stored(id).Locked() }); { // they read all first
		if time.Since(began) > 2*time.Minute {
			s.b.Fatal("the batches change nothing")
		}
		<-time.After(100 * time.Millisecond)
	}
	return func() int {
		close(over)
		running.Wait()
		s.SetLatency(0)
		return changed
	}
}

// servedConsole is a client with a console and a terminal of 120×36.
type servedConsole struct {
	b    *testing.B
	keys io.Writer
	end  func()
	list time.Duration // from the password to the first accounts

	mu       sync.Mutex
	screen   *vt.Emulator
	received int
	drawn    chan struct{} // closed and replaced with every output
	at       time.Time     // of the last output
}

func newServedConsole(b *testing.B, keys io.Writer, output io.Reader, end func()) *servedConsole {
	c := &servedConsole{b: b, keys: keys, end: end, screen: vt.NewEmulator(120, 36), drawn: make(chan struct{})}
	go func() { _, _ = io.Copy(keys, c.screen) }() // the terminal's answers
	go func() {
		chunk := make([]byte, 32<<10)
		for {
			n, err := output.Read(chunk)
			at := time.Now()
			c.mu.Lock()
			_, _ = c.screen.Write(chunk[:n])
			c.received += n
			c.at = at
			close(c.drawn)
			c.drawn = make(chan struct{})
			c.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	return c
}

// opensConsole opens a console over SSH and signs in to HDP.
func (s *benchService) opensConsole(operator string) *servedConsole {
	s.b.Helper()
	client := s.dials(operator)
	session, err := client.NewSession()
	if err != nil {
		s.b.Fatal(err)
	}
	keys, err1 := session.StdinPipe()
	output, err2 := session.StdoutPipe()
	err3 := session.Setenv("COLORTERM", "truecolor")
	err4 := session.RequestPty("xterm-256color", 36, 120, ssh.TerminalModes{})
	if err := errors.Join(err1, err2, err3, err4, session.Shell()); err != nil {
		s.b.Fatal(err)
	}
	c := newServedConsole(s.b, keys, output, func() { _ = session.Wait(); _ = client.Close() })
	s.b.Cleanup(func() { _ = client.Close() })
	c.signsIn()
	return c
}

// opensLocalConsole opens the same console in a terminal of this machine.
func (s *benchService) opensLocalConsole() *servedConsole {
	s.b.Helper()
	local := exec.CommandContext(s.b.Context(), s.exe, "--server", s.URL, "--user", "d2cadmin")
	local.Env = []string{"HOME=" + s.home, "TERM=xterm-256color", "COLORTERM=truecolor", "LC_ALL=C.UTF-8", "HDPADMIN_AUDIT_FILE=" + s.auditFile()}
	master, err := pty.StartWithSize(local, &pty.Winsize{Cols: 120, Rows: 36})
	if err != nil {
		s.b.Fatal(err)
	}
	s.b.Cleanup(func() { _ = local.Process.Signal(syscall.SIGKILL); _ = local.Wait(); _ = master.Close() })
	c := newServedConsole(s.b, master, master, func() { _ = local.Wait() })
	c.signsIn()
	return c
}

func (c *servedConsole) signsIn() {
	c.b.Helper()
	c.sees("the form to sign in", func() bool { return strings.Contains(c.screen.String(), "Password") })
	c.press(hdptest.AdminPassword + "\r")
	began := time.Now()
	c.list = c.sees("the accounts", func() bool { return strings.Contains(c.screen.String(), "anna.lind") }).Sub(began)
	c.sees("all accounts", func() bool { _, of := c.position(); return of >= benchAccounts })
}

func (c *servedConsole) quits() {
	c.press("q")
	c.end()
}

func (c *servedConsole) press(keys string) {
	c.b.Helper()
	if _, err := io.WriteString(c.keys, keys); err != nil {
		c.b.Error(err)
	}
}

// sees waits until the screen is as expected, and returns when it became so.
func (c *servedConsole) sees(what string, is func() bool) time.Time {
	c.b.Helper()
	at, ok := c.seesWithin(waitLimit, is)
	if !ok {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.b.Fatalf("the console does not show %s:\n%s", what, c.screen.String())
	}
	return at
}

func (c *servedConsole) seesWithin(limit time.Duration, is func() bool) (at time.Time, ok bool) {
	late := time.After(limit)
	for {
		c.mu.Lock()
		seen, drawn, at := is(), c.drawn, c.at
		c.mu.Unlock()
		if seen {
			return at, true
		}
		select {
		case <-drawn:
		case <-late:
			return at, false
		}
	}
}

// row returns the text of a row of the screen. c.mu is held, as for position.
func (c *servedConsole) row(y int) string {
	var text strings.Builder
	for x := range c.screen.Width() {
		if cell := c.screen.CellAt(x, y); cell != nil && cell.Content != "" {
			text.WriteString(cell.Content)
		}
	}
	return text.String()
}

var positionText = regexp.MustCompile(`([\d,]+) of ([\d,]+)`)

// position returns which of how many accounts the cursor is at.
func (c *servedConsole) position() (at, of int) {
	found := positionText.FindStringSubmatch(c.row(c.screen.Height() - 2))
	if found == nil {
		return 0, 0
	}
	at, _ = strconv.Atoi(strings.ReplaceAll(found[1], ",", ""))
	of, _ = strconv.Atoi(strings.ReplaceAll(found[2], ",", ""))
	return at, of
}

const (
	anyKey    = "key"
	letterKey = "letter"
	moveKey   = "move"
)

// keyTimes has the times from keys to their frames.
type keyTimes struct {
	mu      sync.Mutex
	took    map[string][]time.Duration
	missing int
}

func newKeyTimes() *keyTimes { return &keyTimes{took: map[string][]time.Duration{}} }

func (k *keyTimes) add(what string, took time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.took[anyKey] = append(k.took[anyKey], took)
	if what != anyKey {
		k.took[what] = append(k.took[what], took)
	}
}

// types presses the next key at each time: an operator looks for four letters, goes through the matches,
// and leaves the search. Every third key is a letter. The consoles take turns at searching.
func (c *servedConsole) types(n int, times <-chan time.Time, keys *keyTimes) {
	const searching = 12 // keys of a search
	words := []string{"mari", "andr", "smit", "mart", "schm"}
	word := words[n%len(words)]
	i := -(n % searching)
	for at := range times {
		<-time.After(time.Until(at))
		c.mu.Lock()
		before, of := c.position()
		c.mu.Unlock()
		moved := func() bool { now, _ := c.position(); return now != before }
		what, key, is := moveKey, "j", moved
		switch step := i % searching; {
		case i < 0:
		case step == 0:
			what, key, is = anyKey, "/", func() bool { return c.screen.CursorPosition().Y == searchRow }
		case step <= len(word):
			what, key = letterKey, word[step-1:step]
			is = func() bool { return strings.Contains(c.row(searchRow), "/ "+word[:step]+" ") }
		case step == len(word)+1:
			key = "\x1b[B"
		case step == searching-1:
			what, key, is = anyKey, "\x1b", func() bool { _, now := c.position(); return now != of }
		}
		c.press(key)
		if seen, ok := c.seesWithin(3*time.Second, is); ok {
			keys.add(what, max(seen.Sub(at), 0))
		} else {
			c.mu.Lock()
			c.b.Logf("console %d does not draw %q:\n%s", n, key, c.screen.String())
			c.mu.Unlock()
			keys.mu.Lock()
			keys.missing++
			keys.mu.Unlock()
		}
		i++
	}
}

// searchRow is the row of the search field.
const searchRow = 2

// bytesOfMove returns how many bytes a console sends for a cursor move while keys keep coming, so that
// the account pane does not follow.
func (s *benchService) bytesOfMove(c *servedConsole) float64 {
	s.b.Helper()
	c.press("/")
	c.press("mar")
	c.sees("the matches", func() bool { return strings.Contains(c.row(searchRow), "/ mar ") })
	c.press("\t")
	for range 2 { // the account pane follows meanwhile
		<-time.After(time.Second)
	}
	const moves = 10
	c.mu.Lock()
	before := c.received
	at, _ := c.position()
	c.mu.Unlock()
	for i := range moves {
		c.press("j")
		c.sees("the next row", func() bool { now, _ := c.position(); return now == at+i+1 })
	}
	c.mu.Lock()
	n := c.received - before
	c.mu.Unlock()
	c.press("\x1b")
	c.sees("all accounts", func() bool { _, of := c.position(); return of >= benchAccounts })
	return float64(n) / moves
}

func milliseconds(d time.Duration) float64 { return d.Seconds() * 1e3 }
