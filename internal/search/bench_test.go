package search

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
)

// manyAccounts makes up a list of n accounts, the same in every run.
func manyAccounts(n int) []account.Account {
	first := []string{"alice", "bob", "carla", "Dimitri", "Éloïse", "farid", "Gül", "hanna", "Ivan", "joão", "Katarzyna", "luca"}
	last := []string{"smith", "kovač", "Jones", "Müller", "garcía", "ivanov", "Okafor", "nguyen", "Özdemir", "petrov"}
	tenants := []string{"Sales", "Operations", "Research", "System"}
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(of []string) string { return of[r.IntN(len(of))] }
	all := make([]account.Account, n)
	for i := range all {
		tenant := r.IntN(len(tenants))
		all[i] = account.Account{
			ID:       int64(1000 + i),
			Name:     hdpclient.TextOf(fmt.Sprintf("%s.%s%d", pick(first), pick(last), r.IntN(n))),
			TenantID: int64(tenant), TenantName: hdpclient.TextOf(tenants[tenant]),
			HasStatus: true, Status: hdpclient.Active,
			HasPassword: true, PasswordStatus: hdpclient.PasswordActive,
			Roles: account.RolesOf(2),
		}
		switch a := &all[i]; r.IntN(20) {
		case 0:
			a.Status = hdpclient.Inactive
		case 1:
			a.Locked, a.LockedUntil = true, noon.Add(time.Duration(r.IntN(3600)-1800)*time.Second)
		case 2:
			a.Locked = true
		case 3:
			a.PasswordStatus = hdpclient.PasswordMustChange
		case 4:
			a.Roles = account.RolesOf(2, int64(r.IntN(30)))
		}
		if r.IntN(5) > 0 {
			all[i].PasswordExpires = noon.Add(time.Duration(r.IntN(365*24*3600)-30*24*3600) * time.Second)
		}
	}
	return all
}

func snapshotOf(all []account.Account) *Snapshot {
	var b Builder
	for _, a := range all {
		b.Add(a)
	}
	return b.Finish()
}

var sizes = []int{1_000, 100_000}

// page is how many accounts may arrive between two drawings of the list.
const page = 512

func BenchmarkFind(b *testing.B) {
	for _, n := range sizes {
		s := snapshotOf(manyAccounts(n))
		for _, row := range []struct{ name, query string }{
			{"one letter", "a"},
			{"two letters", "al"},
			{"plain", "smith"},
			{"rare", "petrov77"},
			{"two words", "ali smi"},
			{"tenant", "ali sales"},
			{"digits", "10"},
			{"accents", "müller"},
			{"none", "qqqq"},
			{"gaps", "alsmh"},
			{"qualifier", "status:inactive"},
			{"soon", "expires:<30d"},
			{"role", "role:7"},
			{"narrowed", "ali tenant:sales status:active -locked:yes"},
			{"every qualifier", "a tenant:s status:active locked:no must-reset:no expires:<300d role:2"},
			{"opposites", "-a -e expires:>1d -tenant:sales"},
			{"a pasted line", "please unlock the account alice.smith7 at once thank you so very much"},
		} {
			b.Run(fmt.Sprintf("%d/%s", n, row.name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					s.Filter(Filter{Query: ParseQuery(row.query), Now: noon})
				}
			})
		}
	}
}

func BenchmarkSnapshot(b *testing.B) {
	for _, n := range sizes {
		all := manyAccounts(n)
		b.Run(fmt.Sprintf("%d/all at once", n), func(b *testing.B) {
			for b.Loop() {
				snapshotOf(all)
			}
		})
		b.Run(fmt.Sprintf("%d/one more page", n), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				var builder Builder
				for _, a := range all[:n-page] {
					builder.Add(a)
				}
				builder.Snapshot()
				for _, a := range all[n-page:] {
					builder.Add(a)
				}
				b.StartTimer()
				builder.Snapshot()
			}
		})
		s := snapshotOf(all)
		b.Run(fmt.Sprintf("%d/one replaced", n), func(b *testing.B) {
			a := s.At(n / 2)
			for b.Loop() {
				s.With(a)
			}
		})
	}
}

// BenchmarkMemory reports how much memory a snapshot of 100,000 accounts uses.
func BenchmarkMemory(b *testing.B) {
	for b.Loop() {
		before := heap()
		s := snapshotOf(manyAccounts(100_000))
		b.ReportMetric(float64(heap()-before)/1e6, "MB")
		for by := range columns {
			s.Filter(Filter{Sort: Sort{By: by}})
		}
		b.ReportMetric(float64(heap()-before)/1e6, "MB-sorted")
		runtime.KeepAlive(s)
	}
}

func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func BenchmarkViews(b *testing.B) {
	for _, n := range sizes {
		all := manyAccounts(n)
		s := snapshotOf(all)
		b.Run(fmt.Sprintf("%d/first counts", n), func(b *testing.B) {
			for b.Loop() {
				s.memo = &memo{}
				s.Counts(noon, 0)
			}
		})
		b.Run(fmt.Sprintf("%d/counts", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.Counts(noon, 0)
			}
		})
		b.Run(fmt.Sprintf("%d/next change", n), func(b *testing.B) {
			for b.Loop() {
				s.NextChange(noon, 0)
			}
		})
		b.Run(fmt.Sprintf("%d/one replaced, counted", n), func(b *testing.B) {
			a := s.At(n / 2)
			a.Locked, a.LockedUntil, a.PasswordExpires = true, noon.Add(time.Minute), noon.Add(day)
			for b.Loop() {
				s.With(a).Counts(noon, 0)
			}
		})
		for v, name := range []string{"all", "locked", "inactive", "must reset", "expired", "expiring"} {
			b.Run(fmt.Sprintf("%d/%s", n, name), func(b *testing.B) {
				for b.Loop() {
					s.Filter(Filter{View: View(v), Now: noon})
				}
			})
		}
	}
}

func BenchmarkSort(b *testing.B) {
	for _, n := range sizes {
		s := snapshotOf(manyAccounts(n))
		for by, name := range []string{"rank", "id", "name", "tenant", "status", "password"} {
			sort := Sort{By: Column(by), Descending: true}
			b.Run(fmt.Sprintf("%d/%s", n, name), func(b *testing.B) {
				for b.Loop() {
					s.Filter(Filter{Now: noon, Sort: sort})
				}
			})
			b.Run(fmt.Sprintf("%d/%s, first time", n, name), func(b *testing.B) {
				for b.Loop() {
					s.memo = &memo{}
					s.Filter(Filter{Now: noon, Sort: sort})
				}
			})
			b.Run(fmt.Sprintf("%d/%s, of smith", n, name), func(b *testing.B) {
				for b.Loop() {
					s.Filter(Filter{Query: ParseQuery("smith"), Now: noon, Sort: sort})
				}
			})
		}
	}
}

func BenchmarkComplete(b *testing.B) {
	s := snapshotOf(manyAccounts(100_000))
	for _, typed := range []string{"s", "tenant:s", "role:"} {
		b.Run(typed, func(b *testing.B) {
			for b.Loop() {
				s.Complete(typed, len(typed))
			}
		})
	}
}

// BenchmarkShared reports how long a list of 100,000 accounts takes whose accounts are in
// memory already, and how much memory ten lists of different logins use.
func BenchmarkShared(b *testing.B) {
	all := manyAccounts(100_000)
	first := snapshotWith(all)
	for _, c := range []struct {
		name string
		list func(i int) []account.Account
	}{
		{"the same", func(int) []account.Account { return all }},
		{"all but one", func(i int) []account.Account { return all[i+1:] }},
		{"a tenth each", func(i int) []account.Account { return all[i*10_000 : (i+1)*10_000] }},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				snapshotWith(c.list(3), first)
			}
		})
		b.Run("ten of "+c.name, func(b *testing.B) {
			for b.Loop() {
				before := heap()
				lists := []*Snapshot{snapshotWith(c.list(0))}
				b.ReportMetric(float64(heap()-before)/1e6, "MB-first")
				for i := range 9 {
					lists = append(lists, snapshotWith(c.list(i+1), lists...))
				}
				b.ReportMetric(float64(heap()-before)/1e6, "MB")
				runtime.KeepAlive(lists)
			}
		})
	}
}
