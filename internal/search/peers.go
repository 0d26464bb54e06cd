package search

import (
	"slices"

	"hdpadmin/internal/account"
)

// ShareWith makes the snapshots share the memory of accounts that are equal to those of
// other lists, and of everything if a whole list is equal. Call it before Add. Each
// account then has its own piece of memory, so that a list does not keep others alive.
//
// An account is sought in one list after the other, which takes long if there are many
// lists without it.
func (b *Builder) ShareWith(lists ...*Snapshot) {
	b.peers = &peers{lists: lists, next: make([]int, len(lists))}
}

// peers finds accounts in other lists.
type peers struct {
	lists []*Snapshot
	next  []int // the position in each list after the last account found
}

// keep returns where another list keeps the account, or a copy.
func (l *peers) keep(a *account.Account) *account.Account {
	for k, s := range l.lists {
		i := l.next[k]
		if i >= s.size || s.at(i).ID != a.ID { // lists often have the same order
			var has bool
			if i, has = s.position(a.ID); !has {
				continue
			}
		}
		l.next[k] = i + 1
		if kept := s.at(i); *kept == *a {
			return kept
		}
	}
	kept := new(account.Account)
	*kept = *a
	return kept
}

// whole returns another complete list with the same accounts in the same order, or nil.
func (l *peers) whole(pages [][]*account.Account, size int) *Snapshot {
	for _, s := range l.lists {
		if size == s.size && size > 0 && !s.partial && slices.EqualFunc(pages, s.pages, slices.Equal) {
			return s
		}
	}
	return nil
}
