package search

import (
	"math/rand/v2"
	"reflect"
	"runtime"
	"testing"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
)

func snapshotWith(all []account.Account, lists ...*Snapshot) *Snapshot {
	var b Builder
	b.ShareWith(lists...)
	for i, a := range all {
		b.Add(a)
		if i == len(all)/2 {
			b.Snapshot()
		}
	}
	return b.Finish()
}

// A list that shares memory with others has exactly the accounts that were added to it.
func TestSharedAccountsAreThoseOfTheList(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	base := manyAccounts(1_000)
	var lists []*Snapshot
	for round := range 60 {
		var own []account.Account
		for _, a := range base {
			switch r.IntN(10) {
			case 0:
				continue
			case 1:
				a.Locked, a.HasStatus = !a.Locked, true
			case 2:
				a.Name = hdpclient.TextOf(a.Name.Raw() + "x")
			case 3:
				a.TenantName = hdpclient.TextOf("other")
			case 4:
				own = append(own, a) // twice
			case 5:
				a.ID = 0
			}
			own = append(own, a)
		}
		if r.IntN(3) == 0 {
			r.Shuffle(len(own), func(i, j int) { own[i], own[j] = own[j], own[i] })
		}
		if r.IntN(4) == 0 {
			own = manyAccounts(1_000)
		}
		shared, alone := snapshotWith(own, lists...), snapshotOf(own)
		if shared.Len() != alone.Len() || shared.Partial() {
			t.Fatalf("round %d: %d accounts, want %d", round, shared.Len(), alone.Len())
		}
		for i := range alone.Len() {
			if shared.At(i) != alone.At(i) {
				t.Fatalf("round %d: account %d is %v, want %v", round, i, shared.At(i), alone.At(i))
			}
		}
		if !reflect.DeepEqual(shared.byID, alone.byID) || !reflect.DeepEqual(shared.byName, alone.byName) || string(shared.names) != string(alone.names) {
			t.Fatalf("round %d: another index", round)
		}
		if lists = append(lists, shared); len(lists) > 4 {
			lists = lists[1:]
		}
	}
}

func TestEqualAccountsAreInMemoryOnce(t *testing.T) {
	all := manyAccounts(1_000)
	first := snapshotWith(all)
	part := append([]account.Account{{ID: 7}}, all[300:]...)
	part[1].Locked = !part[1].Locked
	second := snapshotWith(part, new(Snapshot), first)
	for i := 2; i < second.Len(); i++ {
		if second.at(i) != first.at(i+299) {
			t.Fatalf("account %d is in memory twice", i)
		}
	}
	if second.at(1) == first.at(300) {
		t.Error("different accounts share memory")
	}
	later := snapshotWith(all, second, first)
	if !later.HasSamePositions(first) || later.memo != first.memo {
		t.Error("an equal list has an index of its own")
	}
	if changed := later.With(part[1]); changed.At(300) == first.At(300) || later.At(300) != first.At(300) {
		t.Error("a change to one list reaches another")
	}
}

// An account that two lists share does not keep the others of the first list in memory.
func TestSharedAccountKeepsNoOtherInMemory(t *testing.T) {
	second := func() *Snapshot {
		all := manyAccounts(100_000)
		return snapshotWith(all[50_000:50_001], snapshotWith(all))
	}
	before := heap()
	s := second()
	if grown := heap() - before; grown > 1e6 {
		t.Errorf("one account keeps %d bytes in memory", grown)
	}
	runtime.KeepAlive(s)
}
