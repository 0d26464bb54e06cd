package account

import (
	"encoding/binary"
	"fmt"
	"iter"
	"slices"
	"unique"
)

// Roles are the ids of an account's roles. Accounts with the same roles share them in
// memory, and Roles with the same ids are equal with ==. The zero Roles are unknown,
// which is not the same as none.
type Roles struct {
	packed unique.Handle[string] // eight bytes an id, in order
}

// RolesOf returns the roles with these ids.
func RolesOf(ids ...int64) Roles {
	if !slices.IsSorted(ids) {
		ids = slices.Sorted(slices.Values(ids))
	}
	packed := make([]byte, 0, 32) // on the stack for most accounts
	for i, id := range ids {
		if i == 0 || id != ids[i-1] {
			packed = binary.BigEndian.AppendUint64(packed, uint64(id))
		}
	}
	return Roles{unique.Make(string(packed))}
}

// RoleWord describes a role. It names the three roles that every server has according
// to the documents ("Working with roles"); of others, accounts contain only the id.
func RoleWord(id int64) string {
	names := map[int64]string{1: "System Administrator", 2: "User", 3: "Tenant Administrator"}
	if name, is := names[id]; is {
		return fmt.Sprintf("%s (%d)", name, id)
	}
	return fmt.Sprintf("id %d", id)
}

// Known reports whether the server has returned the roles.
func (r Roles) Known() bool { return r != Roles{} }

// All yields the ids, the smallest first.
func (r Roles) All() iter.Seq[int64] {
	return func(yield func(int64) bool) {
		if !r.Known() {
			return
		}
		for packed := r.packed.Value(); packed != ""; packed = packed[8:] {
			if !yield(int64(binary.BigEndian.Uint64([]byte(packed[:8])))) {
				return
			}
		}
	}
}

// Has reports whether the account is known to have this role.
func (r Roles) Has(id int64) bool {
	for own := range r.All() {
		if own == id {
			return true
		}
	}
	return false
}
