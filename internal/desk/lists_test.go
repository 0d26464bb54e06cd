package desk_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/account"
	"hdpadmin/internal/change"
	"hdpadmin/internal/desk"
	"hdpadmin/internal/search"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	sales, ops    = 56, 57
	password      = "Quince-17/x"
	listPath      = "/api/admin/users"
	alice         = 307 // of sales, locked
	dorian        = 321 // of ops, locked
	unlockedInfo  = `{"status":1,"accountLocked":false}`
	salesOperator = "sales-desk"
	opsOperator   = "ops-desk"
)

// office is a server with desks of several operators in one process.
type office struct {
	*hdptest.Server
	t     *testing.T
	url   string // of the gateway
	lists *desk.Lists

	mu   sync.Mutex
	gate func(w http.ResponseWriter, r *http.Request) (done bool) // in front of the server; may be nil
}

func newOffice(t *testing.T, opts ...hdptest.Option) *office {
	t.Helper()
	o := &office{Server: hdptest.NewServer(t, opts...), t: t, lists: desk.NewLists()}
	target, err := url.Parse(o.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.FlushInterval = -1
	proxy.ErrorLog = nil
	transport := &http.Transport{}
	proxy.Transport = transport
	proxy.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) }
	gateway := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o.mu.Lock()
		gate := o.gate
		o.mu.Unlock()
		if gate == nil || !gate(w, r) {
			proxy.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(func() { gateway.Close(); transport.CloseIdleConnections() })
	o.url = gateway.URL
	for name, tenant := range map[string]int64{salesOperator: sales, opsOperator: ops} {
		o.AddOperator(name, password, []int64{tenant}, int64(hdpclient.PermissionViewUsers), int64(hdpclient.PermissionModifyUsers), int64(hdpclient.PermissionMgmtAPI))
	}
	return o
}

func (o *office) setGate(gate func(w http.ResponseWriter, r *http.Request) bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.gate = gate
}

// holdLists makes the gateway hold the lists back until release, and then call answer, nil for the
// answer of the server. held gets a value for each of them.
func (o *office) holdLists(answer http.HandlerFunc) (held chan struct{}, release func()) {
	held, released := make(chan struct{}, 100), make(chan struct{})
	o.setGate(func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != listPath {
			return false
		}
		held <- struct{}{}
		select {
		case <-released:
		case <-r.Context().Done():
			return true
		}
		if answer != nil {
			answer(w, r)
		}
		return answer != nil
	})
	return held, func() { o.setGate(nil); close(released) }
}

// listReads returns how many requests for the list the server got.
func (o *office) listReads() (n int) {
	for _, r := range o.Requests() {
		if strings.HasPrefix(r.Path, listPath+"?") {
			n++
		}
	}
	return n
}

// colleague is an operator with a desk in the office.
type colleague struct {
	*desk.Desk
	client *hdpclient.Client
	writer *change.Writer
	ctx    context.Context
	leave  func()
}

func (o *office) comes(login, password string) *colleague {
	o.t.Helper()
	client, err := hdpclient.New(o.url)
	if err != nil {
		o.t.Fatal(err)
	}
	client.SetCredentials(hdpclient.Credentials{User: login, Password: hdpclient.SecretOf(password)})
	ctx, cancel := context.WithCancel(o.t.Context())
	writer := change.NewWriter(ctx, client)
	c := &colleague{Desk: desk.New(client, writer, desk.WithLists(o.lists)), client: client, writer: writer, ctx: ctx}
	c.leave = sync.OnceFunc(func() {
		cancel()
		writer.Shutdown(0)
		client.ClearCredentials()
		client.Close()
		c.Close()
	})
	o.t.Cleanup(c.leave)
	return c
}

func (o *office) admin() *colleague { return o.comes("d2cadmin", hdptest.AdminPassword) }

// begins reads the list as a session does at its start.
func (c *colleague) begins(t *testing.T) *search.Snapshot {
	t.Helper()
	list, err := c.ReadList(c.ctx)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// asks asks for a reload in the background.
func (c *colleague) asks(o desk.ListOptions) chan desk.ListStep {
	steps := make(chan desk.ListStep, 1000)
	go func() {
		defer close(steps)
		for s := range c.StreamList(c.ctx, o) {
			steps <- s
		}
	}()
	return steps
}

// last returns the last step.
func last(t *testing.T, steps chan desk.ListStep) (s desk.ListStep) {
	t.Helper()
	for next := range steps {
		s = next
	}
	if !s.Done {
		t.Error("the last step is not marked as the last")
	}
	return s
}

// awaitWaiting waits until so many desks wait for the list of a login.
func (o *office) awaitWaiting(login string, n int) {
	o.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); o.lists.Waiting(login) != n; runtime.Gosched() {
		if time.Now().After(deadline) {
			o.t.Fatalf("%d desks wait for the list of %s, want %d", o.lists.Waiting(login), login, n)
		}
	}
}

// hears waits for news and returns the list.
func (c *colleague) hears(t *testing.T) (*search.Snapshot, []int64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(c.ctx, 10*time.Second)
	defer cancel()
	if !c.AwaitNews(ctx) {
		t.Fatal("no news")
	}
	list, written, ok := c.SharedList()
	if !ok {
		t.Fatal("no list is shared")
	}
	return list, written
}

// hasNews reports whether news is there already.
func (c *colleague) hasNews() bool {
	ctx, cancel := context.WithCancel(c.ctx)
	cancel()
	for range 100 { // select takes either at random
		if c.AwaitNews(ctx) {
			return true
		}
	}
	return false
}

func (c *colleague) unlocks(t *testing.T, id int64) {
	t.Helper()
	r, err := c.Read(c.ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	info, known := r.Status.Get()
	if !known {
		t.Fatal("no status info")
	}
	p := change.PlanStatus(change.Subject{ID: id, Name: r.User.UserName}, info, change.Unlock(info))
	if o := c.writer.Apply(c.ctx, p); o.Kind != change.Applied {
		t.Fatalf("%v: %v", o.Kind, o.Err)
	}
}

func isLocked(t *testing.T, list *search.Snapshot, id int64) bool {
	t.Helper()
	a, listed := list.ByID(id)
	if !listed {
		t.Fatalf("%d is not listed", id)
	}
	return a.Locked
}

func TestSessionsWithOneLoginShareTheListAndTheReload(t *testing.T) {
	o := newOffice(t)
	first := o.admin().begins(t)
	var all sync.WaitGroup
	for range 10 {
		c := o.admin()
		all.Go(func() {
			if list, err := c.ReadList(c.ctx); list != first || err != nil {
				t.Errorf("another list, %v", err)
			}
		})
	}
	all.Wait()
	if n := o.listReads(); n != 1 {
		t.Errorf("the list was read %d times", n)
	}

	held, release := o.holdLists(nil)
	var waiting []chan desk.ListStep
	for range 10 {
		c := o.admin()
		if _, err := c.ReadSelf(c.ctx); err != nil {
			t.Fatal(err)
		}
		waiting = append(waiting, c.asks(desk.ListOptions{}))
	}
	<-held
	o.awaitWaiting("d2cadmin", 10)
	release()
	newer := last(t, waiting[0])
	for _, w := range waiting[1:] {
		if s := last(t, w); s.Accounts != newer.Accounts || s.Err != nil {
			t.Errorf("another list, %v", s.Err)
		}
	}
	if n := o.listReads(); n != 2 || newer.Accounts == first {
		t.Errorf("the list was read %d times", n)
	}
}

// A session begins with a fresh list as it is; an older one is shown at once and read again.
func TestOldListIsShownAndReadAgain(t *testing.T) {
	o := newOffice(t)
	first := o.admin().begins(t)
	o.lists.Age(desk.FreshList)
	held, release := o.holdLists(nil)
	steps := o.admin().asks(desk.ListOptions{MaxAge: desk.FreshList, Partial: true})
	if s := <-steps; s.Accounts != first || !s.Whole || s.Done || s.Rows != first.Len() {
		t.Errorf("the first step is %+v", s)
	}
	<-held
	release()
	if s := last(t, steps); s.Err != nil || !s.Whole || s.Accounts == first {
		t.Errorf("the last step is %+v", s)
	}
}

func TestLoginThatWasOnlyTypedSeesNothing(t *testing.T) {
	o := newOffice(t)
	first := o.admin()
	first.begins(t)
	held, release := o.holdLists(nil)
	reload := first.asks(desk.ListOptions{Partial: true})
	<-held
	o.ResetRequests()
	thief := o.comes("d2cadmin", "guessed")
	list, err := thief.ReadPartialList(thief.ctx)
	if list.Len() != 0 || !errors.Is(err, hdpclient.ErrUnauthorized) {
		t.Errorf("%d accounts, %v", list.Len(), err)
	}
	if _, _, shared := thief.SharedList(); shared {
		t.Error("the list is shared with a login that was refused")
	}
	if n := len(o.Requests()); n != 1 {
		t.Errorf("the password was tried %d times", n)
	}
	first.unlocks(t, alice)
	if thief.hasNews() {
		t.Error("a login that was refused gets news")
	}
	release()
	last(t, reload)
}

// A login that no longer counts sees nothing that others read.
func TestRefusedSessionGetsNoAccounts(t *testing.T) {
	o := newOffice(t)
	stays, signsOut := o.admin(), o.admin()
	stays.begins(t)
	signsOut.begins(t)
	held, release := o.holdLists(nil)
	steps := stays.asks(desk.ListOptions{})
	<-held
	joined := signsOut.asks(desk.ListOptions{Partial: true})
	o.awaitWaiting("d2cadmin", 2)
	signsOut.client.ClearCredentials()
	release()
	if s := last(t, steps); s.Err != nil {
		t.Error(s.Err)
	}
	for s := range joined {
		if s.Accounts != nil && s.Accounts.Len() > 0 || s.Whole {
			t.Errorf("a session without a login got %d accounts", s.Accounts.Len())
		}
	}
	if _, _, shared := signsOut.SharedList(); shared {
		t.Error("the list is shared with a session that has signed out")
	}
}

func TestEachLoginSeesItsOwnAccounts(t *testing.T) {
	o := newOffice(t)
	all, some := o.admin().begins(t), o.comes(salesOperator, password).begins(t)
	if some.Len() == 0 || some.Len() >= all.Len() {
		t.Fatalf("%d of %d accounts", some.Len(), all.Len())
	}
	for i := range some.Len() {
		if a := some.At(i); a.TenantID != sales {
			t.Errorf("%s of tenant %d is listed", a.Name, a.TenantID)
		}
	}
}

func TestChangeReachesEveryListWithTheAccount(t *testing.T) {
	o := newOffice(t)
	admin, same, insider, outsider := o.admin(), o.admin(), o.comes(salesOperator, password), o.comes(opsOperator, password)
	for _, c := range []*colleague{admin, same, insider, outsider} {
		c.begins(t)
	}
	without, _, _ := outsider.SharedList()
	command := o.admin() // has not read the list
	command.unlocks(t, alice)
	for _, c := range []*colleague{admin, same, insider} {
		list, written := c.hears(t)
		if isLocked(t, list, alice) || len(written) != 1 || written[0] != alice {
			t.Errorf("%s has not got the change; written: %v", c.client.Login(), written)
		}
	}
	if after, _, _ := outsider.SharedList(); outsider.hasNews() || after != without {
		t.Error("the change reached a list without the account")
	}
	// What is seen again as it was is not news.
	list, _, _ := admin.SharedList()
	row, _ := list.ByID(alice)
	if admin.UpdateRows(list, desk.RowRead(row)) != list || same.hasNews() || insider.hasNews() {
		t.Error("an account that is as before is news")
	}
}

// A console learns the outcomes of its batch a little later than the lists of the process.
func TestLateOutcomeDoesNotUndoANewerChange(t *testing.T) {
	o := newOffice(t)
	first, second := o.admin(), o.admin()
	list := first.begins(t)
	second.begins(t)
	r, err := first.Read(first.ctx, alice)
	if err != nil {
		t.Fatal(err)
	}
	locked, _ := r.Status.Get()
	unlock := first.writer.Apply(first.ctx, change.PlanStatus(change.SubjectOf(r.User), locked, change.Unlock(locked)))
	unlocked, known := unlock.StatusInfo()
	if !known {
		t.Fatal(unlock.Err)
	}
	if again := second.writer.Apply(second.ctx, change.PlanStatus(change.SubjectOf(r.User), unlocked, locked)); again.Kind != change.Applied {
		t.Fatalf("%v: %v", again.Kind, again.Err)
	}
	if list = first.UpdateRows(list, desk.RowWritten(unlock)); !isLocked(t, list, alice) {
		t.Error("the first session shows the account as it left it")
	}
	if list, _, _ = second.SharedList(); !isLocked(t, list, alice) {
		t.Error("the change of the second session is lost")
	}
}

// What the server did not list for a login stays hidden from it.
func TestOtherLoginsSeeNoMoreThanTheServerListed(t *testing.T) {
	o := newOffice(t)
	admin, insider := o.admin(), o.comes(salesOperator, password)
	all := admin.begins(t)
	o.setGate(func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != listPath {
			return false
		}
		_, _ = w.Write([]byte(`{"users":[{"id":307,"userName":"alice.smith","tenantId":56},{"id":331,"userName":"farid.haddad","tenantId":56}]}`))
		return true
	})
	if _, err := insider.ReadSelf(insider.ctx); err != nil {
		t.Fatal(err)
	}
	insider.begins(t)
	o.setGate(nil)
	row, _ := all.ByID(alice)
	row.Locked, row.Auth = !row.Locked, account.Internal
	moved, _ := all.ByID(331)
	moved.TenantID, moved.Name = ops, hdpclient.TextOf("farid.moved")
	outside, _ := all.ByID(dorian)
	outside.Locked = !outside.Locked
	all = admin.UpdateRows(all, desk.RowRead(row), desk.RowRead(moved), desk.RowRead(outside))
	if a, _ := all.ByID(331); a != moved {
		t.Error("the login that has read the account does not see it")
	}
	list, _, _ := insider.SharedList()
	if a, _ := list.ByID(alice); a.HasStatus || a.HasPassword || a.Roles.Known() || a.Auth != account.NotRead {
		t.Errorf("the other login sees %+v", a)
	}
	if a, _ := list.ByID(331); a.Name.Raw() != "farid.haddad" || a.TenantID != sales {
		t.Errorf("the other login sees %+v", a)
	}
	if _, listed := list.ByID(dorian); listed || list.Len() != 2 {
		t.Error("an account was added")
	}
}

func TestReloadDoesNotUndoNewerChanges(t *testing.T) {
	o := newOffice(t)
	admin, same, insider := o.admin(), o.admin(), o.comes(salesOperator, password)
	for _, c := range []*colleague{admin, same, insider} {
		c.begins(t)
	}
	read := make(chan struct{})
	written := make(chan struct{})
	var lists atomic.Int32
	// The rows are read before the change, and arrive after it.
	o.setGate(func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != listPath {
			return false
		}
		old := httptest.NewRecorder()
		req, _ := http.NewRequestWithContext(r.Context(), http.MethodGet, o.URL+r.URL.String(), nil)
		req.Header = r.Header.Clone()
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			return true
		}
		defer resp.Body.Close()
		_, _ = old.Body.ReadFrom(resp.Body)
		if lists.Add(1) == 2 {
			close(read)
		}
		<-written
		_, _ = w.Write(old.Body.Bytes())
		return true
	})
	t.Cleanup(http.DefaultTransport.(*http.Transport).CloseIdleConnections)
	own, others := admin.asks(desk.ListOptions{}), insider.asks(desk.ListOptions{})
	<-read
	same.unlocks(t, alice)
	close(written)
	for _, steps := range []chan desk.ListStep{own, others} {
		if s := last(t, steps); s.Err != nil || isLocked(t, s.Accounts, alice) {
			t.Errorf("the older row is back, %v", s.Err)
		}
	}
}

func TestReloadGoesOnWithoutTheSessionThatBeganIt(t *testing.T) {
	o := newOffice(t)
	first, second := o.admin(), o.admin()
	first.begins(t)
	second.begins(t)
	o.Fail(hdptest.Fault{Path: listPath, Kind: hdptest.SlowBody, Bytes: 1024, Every: 5 * time.Millisecond})
	gone := first.asks(desk.ListOptions{Partial: true})
	for s := range gone {
		if s.Read > 0 {
			break
		}
	}
	stays := second.asks(desk.ListOptions{})
	o.awaitWaiting("d2cadmin", 2)
	first.leave()
	if s := last(t, stays); s.Err != nil || !s.Whole {
		t.Errorf("%d accounts, %v", s.Accounts.Len(), s.Err)
	}
	for range gone { // until it ends
	}
	if n := o.listReads(); n != 2 {
		t.Errorf("the list was read %d times", n)
	}
}

// Before its request is sent, another session takes over.
func TestAnotherSessionReadsIfTheFirstSignsOutBefore(t *testing.T) {
	o := newOffice(t)
	first, second := o.admin(), o.admin()
	first.begins(t)
	second.begins(t)
	// The slots of the first client are taken.
	for range 2 {
		slot, err := first.client.Reserve(first.ctx)
		if err != nil {
			t.Fatal(err)
		}
		defer slot.Release()
	}
	gone := first.asks(desk.ListOptions{})
	o.awaitWaiting("d2cadmin", 1)
	stays := second.asks(desk.ListOptions{})
	o.awaitWaiting("d2cadmin", 2)
	first.client.ClearCredentials()
	if s := last(t, stays); s.Err != nil || !s.Whole {
		t.Error(s.Err)
	}
	if s := last(t, gone); s.Err == nil || s.Accounts.Len() != 0 {
		t.Errorf("%d accounts, %v", s.Accounts.Len(), s.Err)
	}
}

func unauthorized(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusUnauthorized)
	_, _ = w.Write([]byte(`{"error":{"code":222206007,"message":{"lang":"en-US","value":"Invalid user ID or password."}}}`))
}

// Refused credentials are not tried a second time by another session that has the same.
func TestRefusalInTheMiddle(t *testing.T) {
	o := newOffice(t)
	first, same := o.admin(), o.admin()
	whole := first.begins(t)
	same.begins(t)
	held, release := o.holdLists(unauthorized)
	refused := first.asks(desk.ListOptions{})
	<-held
	joined := same.asks(desk.ListOptions{})
	o.awaitWaiting("d2cadmin", 2)
	release()
	if s := last(t, refused); !errors.Is(s.Err, hdpclient.ErrUnauthorized) {
		t.Errorf("the session that was refused: %v", s.Err)
	}
	if s := last(t, joined); s.Err == nil || errors.Is(s.Err, hdpclient.ErrUnauthorized) {
		t.Errorf("the other session: %v", s.Err)
	}
	if n := o.listReads() + len(held); n != 1 {
		t.Errorf("%d requests after the refusal", n-1)
	}
	if list, _, _ := same.SharedList(); list != whole {
		t.Error("the list is gone")
	}

	// A session with the new password goes on.
	o.AddOperator("shift", "new password", []int64{sales}, int64(hdpclient.PermissionViewUsers), int64(hdpclient.PermissionMgmtAPI))
	old, newer := o.comes("shift", "new password"), o.comes("shift", "newer password")
	old.begins(t)
	id, _ := o.Find("shift")
	held, release = o.holdLists(unauthorized)
	refused = old.asks(desk.ListOptions{})
	<-held
	o.SetPassword(id, "newer password")
	if _, err := newer.ReadSelf(newer.ctx); err != nil {
		t.Fatal(err)
	}
	joined = newer.asks(desk.ListOptions{})
	o.awaitWaiting("shift", 2)
	release()
	if s := last(t, joined); s.Err != nil || s.Accounts.Len() == 0 {
		t.Errorf("the session with the new password: %v", s.Err)
	}
	if s := last(t, refused); !errors.Is(s.Err, hdpclient.ErrUnauthorized) {
		t.Errorf("the session with the old password: %v", s.Err)
	}
}

func TestFailedReloadKeepsTheWholeList(t *testing.T) {
	o := newOffice(t)
	first, second, third := o.admin(), o.admin(), o.admin()
	whole := first.begins(t)
	second.begins(t)
	third.begins(t)
	held, release := o.holdLists(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "5000")
		_, _ = w.Write([]byte(`{"users":[{"id":307,"userName":"alice.smith"},`))
	})
	asked := []chan desk.ListStep{first.asks(desk.ListOptions{}), second.asks(desk.ListOptions{Partial: true})}
	<-held
	o.awaitWaiting("d2cadmin", 2)
	release()
	for _, steps := range asked {
		if s := last(t, steps); s.Err == nil || s.Whole {
			t.Errorf("%d accounts, %v", s.Accounts.Len(), s.Err)
		}
	}
	if third.hasNews() {
		t.Error("a failed reload is news")
	}
	for _, c := range []*colleague{first, second, third} {
		if list, _, _ := c.SharedList(); list != whole {
			t.Error("the whole list is gone")
		}
	}
}

// A login that may no longer read the list begins with none, also if others still have one.
func TestForbiddenListIsNotShownToANewSession(t *testing.T) {
	o := newOffice(t)
	first := o.comes(salesOperator, password)
	first.begins(t)
	id, _ := o.Find(salesOperator)
	o.SetRoles(id, nil, int64(hdpclient.PermissionMgmtAPI))
	if s := last(t, first.asks(desk.ListOptions{})); !errors.Is(s.Err, hdpclient.ErrForbidden) {
		t.Error(s.Err)
	}
	next := o.comes(salesOperator, password)
	if list, err := next.ReadPartialList(next.ctx); list.Len() != 0 || !errors.Is(err, hdpclient.ErrForbidden) {
		t.Errorf("%d accounts, %v", list.Len(), err)
	}
}

func TestReloadEndsWhenNobodyWaits(t *testing.T) {
	o := newOffice(t)
	first := o.admin()
	first.begins(t)
	asked, given := make(chan struct{}), make(chan struct{})
	o.setGate(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == listPath {
			close(asked)
			<-r.Context().Done()
			close(given)
		}
		return r.URL.Path == listPath
	})
	ctx, stop := context.WithCancel(t.Context())
	steps := make(chan desk.ListStep, 10)
	go func() {
		defer close(steps)
		for s := range first.StreamList(ctx, desk.ListOptions{}) {
			steps <- s
		}
	}()
	<-asked
	stop()
	if s := last(t, steps); !errors.Is(s.Err, context.Canceled) {
		t.Errorf("a reload that was stopped ended with %v", s.Err)
	}
	select {
	case <-given:
	case <-time.After(10 * time.Second):
		t.Fatal("the request goes on for nobody")
	}
	o.setGate(nil)
	if s := last(t, first.asks(desk.ListOptions{})); s.Err != nil || !s.Whole {
		t.Error(s.Err)
	}
}

func TestListIsDroppedAfterTheLastSession(t *testing.T) {
	o := newOffice(t)
	o.lists.SetKeep(0)
	a, b := o.admin(), o.admin()
	a.begins(t)
	b.begins(t)
	typo := o.comes("d2cadmin ", "wrong")
	_, _ = typo.ReadList(typo.ctx)
	typo.leave()
	a.leave()
	if n := o.lists.Len(); n != 1 {
		t.Errorf("%d lists", n)
	}
	b.leave()
	for deadline := time.Now().Add(10 * time.Second); o.lists.Len() > 0; runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatal("the list is still there")
		}
	}
}

func TestNewsIsBounded(t *testing.T) {
	o := newOffice(t, hdptest.WithAccounts(500))
	writer, slow := o.admin(), o.admin()
	list := writer.begins(t)
	slow.begins(t)
	for range 3 {
		for i := range list.Len() {
			row := list.At(i)
			row.Locked = !row.Locked
			list = writer.UpdateRows(list, desk.RowRead(row))
		}
	}
	got, _ := slow.hears(t)
	if got != list {
		t.Error("the news is not the newest list")
	}
	if slow.hasNews() {
		t.Error("old news comes later")
	}
	for i := range desk.MaxWritten + 10 {
		id := list.At(100 + i).ID
		o.SetStatusInfo(id, lockedInfo)
		writer.unlocks(t, id)
	}
	if _, written := slow.hears(t); len(written) > desk.MaxWritten {
		t.Errorf("%d changes are kept", len(written))
	}
}

// A change of the login moves the session to another list.
func TestAnotherLoginHasAnotherList(t *testing.T) {
	o := newOffice(t)
	c, other := o.admin(), o.admin()
	all := c.begins(t)
	other.begins(t)
	c.client.SetCredentials(hdpclient.Credentials{User: salesOperator, Password: hdpclient.SecretOf(password)})
	if _, _, shared := c.SharedList(); shared {
		t.Error("the list of the earlier login is shared")
	}
	if some := c.begins(t); some.Len() >= all.Len() {
		t.Errorf("%d accounts", some.Len())
	}
	other.unlocks(t, dorian)
	if c.hasNews() {
		t.Error("news of the earlier login")
	}
}
