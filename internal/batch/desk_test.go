package batch_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
)

// desk is a console without a screen: the real client, signed in, a writer that does not wait, the
// audit log, and the server.
type desk struct {
	*hdptest.Server
	t      testing.TB
	client *hdpclient.Client
	writer *change.Writer
	tape   *tape
}

func newDesk(t testing.TB, opts ...hdptest.Option) *desk {
	t.Helper()
	s := hdptest.NewServer(t, opts...)
	d := &desk{Server: s, t: t, client: newClient(t, s.URL), tape: &tape{}}
	d.writer = change.NewWriter(t.Context(), d.client, change.WithClock(&clock{now: time.Now()}), change.WithAuditLog(d.tape))
	// The client tries a login of unknown state with one request only, and chance would decide
	// which.
	if _, err := d.client.Self(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.ResetRequests()
	return d
}

func newClient(t testing.TB, url string, opts ...hdpclient.Option) *hdpclient.Client {
	t.Helper()
	c, err := hdpclient.New(url, append([]hdpclient.Option{hdpclient.WithMaxInFlight(8)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	c.SetCredentials(hdpclient.Credentials{User: "d2cadmin", Password: hdpclient.SecretOf(hdptest.AdminPassword)})
	return c
}

const (
	lockedInfo   = `{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 13:45:11","accountLockedUntil":"2036-11-22 14:15:11"}`
	unlockedInfo = `{"status":1,"accountLocked":false}`
)

// locked adds n locked accounts.
func (d *desk) locked(n int) []int64 {
	ids := make([]int64, n)
	for i := range ids {
		ids[i] = d.AddAccount(hdptest.Account{UserName: fmt.Sprintf("locked.%d", i), StatusInfo: lockedInfo})
	}
	return ids
}

// preview prepares a whole preview.
func (d *desk) preview(ids []int64, a batch.Action, g batch.Guard, opts ...batch.Option) batch.Preview {
	d.t.Helper()
	return d.previewOf(batch.Prepare(d.t.Context(), d.client, ids, a, g, opts...))
}

func (d *desk) previewOf(preparation *batch.Preparation) batch.Preview {
	d.t.Helper()
	<-preparation.Done()
	preview, ok := preparation.Preview()
	if !ok {
		d.t.Fatal("the preview is not ready")
	}
	return preview
}

// run starts a batch and logs it.
func (d *desk) run(preview batch.Preview, opts ...batch.Option) *batch.Run {
	d.t.Helper()
	r, err := batch.Start(d.t.Context(), d.writer, preview, change.Answers{Reason: "INC-4711"}, append([]batch.Option{batch.WithLog(d.tape)}, opts...)...)
	if err != nil {
		d.t.Fatal(err)
	}
	return r
}

// finish runs a batch to its end.
func (d *desk) finish(preview batch.Preview, opts ...batch.Option) *batch.Run {
	d.t.Helper()
	r := d.run(preview, opts...)
	<-r.Done()
	return r
}

// puts counts the writes that arrived, by account.
func (d *desk) puts() map[int64]int {
	n := map[int64]int{}
	for _, r := range d.Requests() {
		if r.Method != http.MethodPut {
			continue
		}
		var id int64
		if _, err := fmt.Sscanf(r.Path, "/api/admin/users/%d/", &id); err != nil {
			d.t.Fatal(err)
		}
		n[id]++
	}
	return n
}

// failPut injects a fault into the writes to one account.
func (d *desk) failPut(id int64, f hdptest.Fault) {
	f.Method, f.Path = http.MethodPut, fmt.Sprintf("/users/%d/statusinfo", id)
	d.Fail(f)
}

// refused returns HDP's own refusal.
func refused() hdptest.Fault {
	return hdptest.Fault{
		Kind: hdptest.Status, Status: 400,
		Body: `{"error":{"code":222207007,"message":{"lang":"en-US","value":"Invalid JSON Input: no"}}}`,
	}
}

func unauthorized() hdptest.Fault {
	return hdptest.Fault{
		Kind: hdptest.Status, Status: 401,
		Body: `{"error":{"code":222206007,"message":{"lang":"en-US","value":"Invalid user ID or password."}}}`,
	}
}

// tape keeps what is logged.
type tape struct {
	mu      sync.Mutex
	lines   []string
	intents map[int64][]change.Intent
	last    map[int64]change.Kind
	// full is why nothing can be logged.
	full error
}

func (r *tape) write(line string) {
	r.lines = append(r.lines, line)
}

func (r *tape) LogIntent(in change.Intent) (change.LogOutcome, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.full != nil {
		return nil, r.full
	}
	if r.intents == nil {
		r.intents, r.last = map[int64][]change.Intent{}, map[int64]change.Kind{}
	}
	id := in.Subject.ID
	r.intents[id] = append(r.intents[id], in)
	r.write(fmt.Sprintf("intent %d", id))
	return func(o change.Outcome) error {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.last[id] = o.Kind
		r.write(fmt.Sprintf("%s %d", o.Kind, id))
		return nil
	}, nil
}

func (r *tape) BeginBatch(b batch.Beginning) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.full != nil {
		return r.full
	}
	r.write(strings.TrimSpace(fmt.Sprintf("batch %s: %s, %s, %v %s%s", b.ID, b.Action, b.Reason, b.Accounts, b.Replaces, b.File.Author)))
	return nil
}

func (r *tape) EndBatch(id, why string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.write(fmt.Sprintf("ended %s: %s", id, why))
	return nil
}

func (r *tape) ReleaseBatch(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.write("left " + id)
}

func (r *tape) wrote() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.lines...)
}

// clock advances instead of waiting.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) After(d time.Duration) <-chan time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	ch := make(chan time.Time, 1)
	ch <- c.now
	return ch
}
