package desk_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/desk"
	"hdpadmin/internal/search"
)

// crowd is many sessions that come, go, read and change accounts at random.
type crowd struct {
	*office
	tenants map[int64]int64 // of all accounts
	may     map[string][]int64

	account sync.Mutex
	locked  map[int64]bool // what was last stored and seen
}

// checks fails if the list has an account that the server does not list for the login.
func (c *crowd) checks(login string, list *search.Snapshot) {
	if list == nil {
		return
	}
	for i := range list.Len() {
		a := list.At(i)
		if tenant, known := c.tenants[a.ID]; !known || c.may[login] != nil && !slices.Contains(c.may[login], tenant) {
			c.t.Errorf("%s sees account %d of tenant %d", login, a.ID, a.TenantID)
		}
	}
}

// changes locks or unlocks an account on the server, reads it and passes it on.
func (c *crowd) changes(who *colleague, r *rand.Rand, id int64) {
	c.account.Lock()
	defer c.account.Unlock()
	info, lock := unlockedInfo, r.IntN(2) == 0
	if lock {
		info = lockedInfo
	}
	c.SetStatusInfo(id, info)
	list, _, shared := who.SharedList()
	if !shared {
		list = new(search.Snapshot)
	}
	reading, err := who.Read(c.t.Context(), id)
	if err != nil {
		delete(c.locked, id) // no session has seen it
		return
	}
	who.UpdateRows(list, desk.RowRead(reading.Account()))
	c.locked[id] = lock
}

// session is one session from its sign-in to its end.
func (c *crowd) session(login string, r *rand.Rand, ids []int64, actions int) (stays *colleague) {
	who := c.comes(login, password)
	read := func(maxAge time.Duration) bool {
		ctx, cancel := context.WithCancel(who.ctx)
		defer cancel()
		stop := r.IntN(4) == 0
		for s := range who.StreamList(ctx, desk.ListOptions{Partial: r.IntN(2) == 0, MaxAge: maxAge}) {
			c.checks(login, s.Accounts)
			if errors.Is(s.Err, hdpclient.ErrUnauthorized) {
				if _, _, shared := who.SharedList(); shared {
					c.t.Error("the list is shared with a login that was refused")
				}
				return false
			}
			if stop && !s.Done {
				break
			}
		}
		return true
	}
	if !read(desk.FreshList) {
		who.leave()
		return nil
	}
	for range actions {
		switch r.IntN(5) {
		case 0:
			if !read(0) {
				who.leave()
				return nil
			}
		case 1, 2:
			c.changes(who, r, ids[r.IntN(len(ids))])
		case 3:
			list, _, _ := who.SharedList()
			c.checks(login, list)
		default:
			if r.IntN(4) == 0 {
				who.leave()
				return nil
			}
		}
	}
	return who
}

func TestManySessions(t *testing.T) {
	o := newOffice(t, hdptest.WithAccounts(300))
	c := &crowd{office: o, tenants: map[int64]int64{}, may: map[string][]int64{salesOperator: {sales}, opsOperator: {ops}, "both": {sales, ops}}, locked: map[int64]bool{}}
	rights := []int64{int64(hdpclient.PermissionViewUsers), int64(hdpclient.PermissionMgmtAPI)}
	o.AddOperator("both", password, []int64{sales, ops}, rights...)
	o.AddOperator("everything", password, nil, int64(hdpclient.PermissionAdministrator))
	logins := []string{salesOperator, opsOperator, "both", "everything"}
	var ids []int64
	for _, id := range o.IDs() {
		a := o.Stored(id)
		c.tenants[id] = a.TenantID
		if len(ids) < 40 && (a.TenantID == sales || a.TenantID == ops) && a.AuthUsers != nil && id != alice {
			o.SetStatusInfo(id, unlockedInfo)
			ids = append(ids, id)
		}
	}
	faults := rand.New(rand.NewPCG(7, uint64(len(ids))))
	var mu sync.Mutex
	o.setGate(func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != listPath {
			return false
		}
		mu.Lock()
		n := faults.IntN(20)
		mu.Unlock()
		switch n {
		case 0:
			unauthorized(w, r)
		case 1:
			w.WriteHeader(http.StatusBadGateway)
		case 2:
			w.Header().Set("Content-Length", "5000")
			_, _ = w.Write([]byte(`{"users":[`))
		default:
			return false
		}
		return true
	})
	var stay []*colleague
	var all sync.WaitGroup
	for i := range 50 {
		r := rand.New(rand.NewPCG(uint64(i), 11))
		login := logins[r.IntN(len(logins))]
		all.Go(func() {
			for range 3 {
				if who := c.session(login, r, ids, 6); who != nil {
					mu.Lock()
					stay = append(stay, who)
					mu.Unlock()
					return
				}
			}
		})
	}
	all.Wait()
	o.setGate(nil)

	// Everybody reads what is missing, then every change is in every list, old or new.
	lists := 0
	for _, who := range stay {
		if _, err := who.ReadList(who.ctx); err != nil {
			continue // the login was refused
		}
		list, _, shared := who.SharedList()
		if !shared {
			t.Fatal("no list is shared with a session that has read it")
		}
		lists++
		c.checks(who.client.Login(), list)
		for id, locked := range c.locked {
			if a, listed := list.ByID(id); listed && a.Locked != locked {
				t.Errorf("%s sees account %d locked %v, stored is %v", who.client.Login(), id, a.Locked, locked)
			}
		}
	}
	if lists < 10 || len(c.locked) < 10 {
		t.Errorf("only %d sessions and %d changed accounts are left", lists, len(c.locked))
	}
}
