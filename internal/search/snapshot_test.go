package search

import (
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
)

func ids(s *Snapshot) []int64 {
	var all []int64
	for i := range s.Len() {
		all = append(all, s.At(i).ID)
	}
	return all
}

func TestSnapshotKeepsTheOrderOfTheList(t *testing.T) {
	s := listOf("5 e", "3 c", "9 a")
	if got := ids(s); !slices.Equal(got, []int64{5, 3, 9}) {
		t.Errorf("got %d", got)
	}
	for _, id := range []int64{5, 3, 9} {
		if a, ok := s.ByID(id); !ok || a.ID != id {
			t.Errorf("%d: %v, %v", id, a, ok)
		}
	}
	for _, id := range []int64{0, 4, 10} {
		if _, ok := s.ByID(id); ok {
			t.Errorf("%d is there", id)
		}
	}
}

func TestSnapshotIsPartialUntilDone(t *testing.T) {
	at := time.Date(2026, 11, 22, 14, 1, 0, 0, time.UTC)
	b := Builder{AsOf: at}
	early := b.Snapshot()
	b.Add(account.Account{ID: 1})
	whole := b.Finish()
	if !early.Partial() || early.Len() != 0 || whole.Partial() || whole.Len() != 1 {
		t.Errorf("early %v %d, whole %v %d", early.Partial(), early.Len(), whole.Partial(), whole.Len())
	}
	if !whole.AsOf().Equal(at) {
		t.Errorf("as of %v", whole.AsOf())
	}
}

func TestASnapshotDoesNotChangeWhileRowsArrive(t *testing.T) {
	all := manyAccounts(3 * pageSize)
	var b Builder
	var taken []*Snapshot
	for i, a := range all {
		b.Add(a)
		if i%100 == 0 {
			taken = append(taken, b.Snapshot())
		}
	}
	again := all[10]
	again.Locked = true
	b.Add(again)
	b.Finish()
	for _, s := range taken {
		for i := range s.Len() {
			if s.At(i) != all[i] {
				t.Fatalf("of %d, account %d is %+v", s.Len(), i, s.At(i))
			}
		}
		// Merging must give the same result as sorting once.
		fresh := snapshotOf(all[:s.Len()])
		for _, query := range []string{"al", "10", "sales", "kov 7"} {
			if got, want := found(s, query), found(fresh, query); !slices.Equal(got, want) {
				t.Fatalf("of %d, %q finds\n%q, not\n%q", s.Len(), query, got, want)
			}
		}
	}
}

func TestAccountListedTwiceAppearsOnce(t *testing.T) {
	s := listOf("5 e", "3 c @Sales", "5 alice @Ops", "9 a")
	if got := ids(s); !slices.Equal(got, []int64{5, 3, 9}) {
		t.Errorf("got %d", got)
	}
	for query, want := range map[string][]string{
		"e":     {"inside 5"},
		"alice": {"exact 5"},
		"ops":   {"tenant 5"},
		"sales": {"tenant 3"},
	} {
		if got := found(s, query); !slices.Equal(got, want) {
			t.Errorf("%q finds %q, want %q", query, got, want)
		}
	}
}

func TestAnAccountListedAgainUnderAnotherName(t *testing.T) {
	var b Builder
	for i, name := range []string{"alice", "bob", "carla"} {
		b.Add(account.Account{ID: int64(i + 1), Name: hdpclient.TextOf(name), TenantName: hdpclient.TextOf("Sales")})
	}
	before := b.Snapshot()
	b.Add(account.Account{ID: 1, Name: hdpclient.TextOf("zoe"), TenantName: hdpclient.TextOf("Ops")})
	after := b.Finish()
	for _, row := range []struct {
		list  *Snapshot
		query string
		want  []string
	}{
		{before, "alice", []string{"exact 1"}},
		{before, "sales", []string{"tenant 1", "tenant 2", "tenant 3"}},
		{before, "ops", []string{}},
		{after, "zoe", []string{"exact 1"}},
		{after, "sales", []string{"tenant 2", "tenant 3"}},
		{after, "ops", []string{"tenant 1"}},
	} {
		if got := found(row.list, row.query); !slices.Equal(got, row.want) {
			t.Errorf("%q finds %q, want %q", row.query, got, row.want)
		}
	}
}

// Run this test with the race detector.
func TestSnapshotCanBeReadWhileRowsArrive(t *testing.T) {
	all := manyAccounts(2 * pageSize)
	var b Builder
	for _, a := range all[:pageSize/2] {
		b.Add(a)
	}
	s := b.Snapshot()
	read := make(chan int)
	go func() {
		n := 0
		for i := range s.Len() {
			n += len(s.At(i).Name.Raw())
		}
		read <- n + s.Find(ParseQuery("sales")).Len() + s.With(s.At(3)).Len()
	}()
	for _, a := range all[pageSize/2:] {
		b.Add(a)
	}
	b.Add(all[0])
	b.Finish()
	<-read
}

func TestReplaceOneAccount(t *testing.T) {
	before := listOf("5 bob @Sales", "3 alice @Sales", "9 carla @Ops")
	is := func(s *Snapshot, want account.Account) {
		t.Helper()
		if got, ok := s.ByID(want.ID); !ok || got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
	alice, _ := before.ByID(3)
	changed := alice
	changed.Locked = true

	t.Run("its facts", func(t *testing.T) {
		after := before.With(changed)
		is(after, changed)
		is(before, alice)
		if got := ids(after); !slices.Equal(got, ids(before)) {
			t.Errorf("order %d", got)
		}
	})
	t.Run("by an account without the tenant's name", func(t *testing.T) {
		bare := changed
		bare.TenantName = hdpclient.Text{}
		is(before.With(bare), changed)
	})
	t.Run("by an account without roles", func(t *testing.T) {
		admin := alice
		admin.Roles, admin.Administrator = account.RolesOf(1), true
		is(before.With(admin).With(changed), func() account.Account { a := admin; a.Locked = true; return a }())
		user := alice
		user.Roles = account.RolesOf(2)
		is(before.With(admin).With(user), user)
	})
	t.Run("its name", func(t *testing.T) {
		renamed := alice
		renamed.Name = hdpclient.TextOf("zoe")
		after := before.With(renamed)
		is(after, renamed)
		if got := found(after, "zoe"); !slices.Equal(got, []string{"exact 3"}) {
			t.Errorf("zoe: %q", got)
		}
		if got := found(after, "alice"); len(got) != 0 {
			t.Errorf("alice: %q", got)
		}
		if got := found(before, "alice"); !slices.Equal(got, []string{"exact 3"}) {
			t.Errorf("before: %q", got)
		}
	})
	t.Run("its tenant", func(t *testing.T) {
		moved := alice
		moved.TenantID, moved.TenantName = 7, hdpclient.TextOf("Lab")
		if got := found(before.With(moved), "lab"); !slices.Equal(got, []string{"tenant 3"}) {
			t.Errorf("lab: %q", got)
		}
	})
	t.Run("only its tenant's id", func(t *testing.T) {
		moved := alice
		moved.TenantID = 7
		if got := found(before.With(moved), "tenant:7"); !slices.Equal(got, []string{"unranked 3"}) {
			t.Errorf("tenant:7: %q", got)
		}
	})
	t.Run("a new account", func(t *testing.T) {
		after := before.With(account.Account{ID: 4, Name: hdpclient.TextOf("dora")})
		if got := ids(after); !slices.Equal(got, []int64{5, 3, 9, 4}) || after.Partial() {
			t.Errorf("got %d, partial %v", got, after.Partial())
		}
	})
	t.Run("while the list is being read", func(t *testing.T) {
		var b Builder
		b.Add(alice)
		if !b.Snapshot().With(changed).Partial() || !b.Snapshot().With(account.Account{ID: 4}).Partial() {
			t.Error("the snapshot is not partial any more")
		}
	})
}

// Accounts with unreadable ids are rows of their own, after the others in the order of
// ids.
func TestAccountsWithoutAnID(t *testing.T) {
	b := Builder{}
	for _, a := range []account.Account{{Name: hdpclient.TextOf("first")}, {ID: 9}, {Name: hdpclient.TextOf("second")}, {Name: hdpclient.TextOf("second")}, {ID: 5}} {
		b.Add(a)
	}
	s := b.Snapshot()
	s = s.With(account.Account{ID: 7}) // rebuilds the index
	if s.Len() != 6 || s.CountWithoutID() != 3 {
		t.Fatalf("%d accounts, %d without an id", s.Len(), s.CountWithoutID())
	}
	if _, found := s.ByID(0); found {
		t.Error("there is an account 0")
	}
	seen := map[int64]bool{}
	for a := range s.Find(Query{}).Accounts() {
		seen[a.ID] = true
	}
	if len(seen) != 6 {
		t.Errorf("rows share an id: %v", seen)
	}
	for descending, want := range map[bool]string{false: "5 7 9 ? ? ? ", true: "9 7 5 ? ? ? "} {
		got := ""
		for a := range s.Filter(Filter{Sort: Sort{By: ColumnID, Descending: descending}}).Accounts() {
			got += a.IDWord() + " "
		}
		if got != want {
			t.Errorf("sorted by id, descending %v: %s", descending, got)
		}
	}
}

// Allocated bytes measure the work, because no other process affects them.
func TestAListThatRepeatsItselfIsReadInLinearTime(t *testing.T) {
	twice := func(n int) uint64 {
		all := manyAccounts(n)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		var b Builder
		for _, a := range append(all, all...) {
			b.Add(a)
		}
		if got := b.Finish().Len(); got != n {
			t.Errorf("%d accounts of %d", got, n)
		}
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	if small, large := twice(2_000), twice(16_000); large > 12*small {
		t.Errorf("8 times as many accounts cost %d times the memory", large/small)
	}
}

func TestAnAccountListedAgainLeavesEarlierSnapshotsAlone(t *testing.T) {
	var b Builder
	for i := range 2 * pageSize {
		b.Add(account.Account{ID: int64(i + 1), TenantID: 1})
	}
	first := b.Snapshot()
	b.Add(account.Account{ID: 5, TenantID: 2, Status: 7})
	second := b.Snapshot()
	b.Add(account.Account{ID: 5, TenantID: 3, Status: 8})
	b.Add(account.Account{ID: 6, TenantID: 3, Status: 8})
	third := b.Finish()
	for i, s := range []*Snapshot{first, second, third} {
		five, _ := s.ByID(5)
		six, _ := s.ByID(6)
		if want := [...]hdpclient.Status{0, 7, 8}[i]; five.Status != want || six.Status != [...]hdpclient.Status{0, 0, 8}[i] {
			t.Errorf("snapshot %d: %v and %v", i, five.Status, six.Status)
		}
		if got := s.Filter(Filter{Query: ParseQuery(fmt.Sprint("tenant:", i+1))}); got.Len() != [...]int{2 * pageSize, 1, 2}[i] {
			t.Errorf("snapshot %d: %d accounts in tenant %d", i, got.Len(), i+1)
		}
	}
}
