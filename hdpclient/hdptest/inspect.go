package hdptest

import (
	"fmt"
	"slices"
)

// Stored is the account as GET would show it now. An ID of 0: there is none.
func (s *Server) Stored(id int64) Account {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accounts.byID[id]
	if a == nil {
		return Account{}
	}
	return Account{
		ID:                  a.id,
		UserName:            a.userName,
		TenantID:            a.tenant,
		StatusInfo:          s.visibleStatus(a, s.now()),
		PasswordInfo:        s.visiblePassword(a),
		Roles:               slices.Clone(a.roles),
		Permissions:         slices.Clone(a.permissions),
		AuthUsers:           slices.Clone(a.allAuthUsers()),
		TenantsAdministered: slices.Clone(a.administered),
	}
}

// Find is the id of the account with that name, in any case.
func (s *Server) Find(name string) (id int64, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accounts.find(name)
	if a == nil {
		return 0, false
	}
	return a.id, true
}

// Count is the number of accounts.
func (s *Server) Count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.accounts.ids)
}

// IDs are the ids of all accounts, ascending.
func (s *Server) IDs() []int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.accounts.ids)
}

// AddAccount adds an account and returns its id. What is not set: the next id,
// the system tenant, an active account whose password never expires, the User
// role of the tenant, AccountPassword. StatusInfo and PasswordInfo are taken
// as they are, unknown values too. It panics on a name or id that is taken and
// on text that is no JSON object.
func (s *Server) AddAccount(in Account) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := &account{
		id: in.ID, userName: in.UserName, tenant: in.TenantID,
		status: `{"status":1}`, password: `{"passwordStatus":1}`,
		roles: slices.Clone(in.Roles), permissions: slices.Clone(in.Permissions),
		authUsers: slices.Clone(in.AuthUsers), administered: slices.Clone(in.TenantsAdministered),
		secret: in.Password,
	}
	if in.StatusInfo != "" {
		a.status = mustObject(in.StatusInfo).String()
	}
	if in.PasswordInfo != "" {
		a.password = mustObject(in.PasswordInfo).String()
	}
	if a.id == 0 {
		a.id = s.accounts.nextID()
	}
	if a.userName == "" {
		a.userName = fmt.Sprintf("user%d", a.id)
	}
	if a.tenant == 0 {
		a.tenant = systemTenant
	}
	if len(a.roles) == 0 {
		a.roles = []int64{userRole(a.tenant)}
	}
	if s.accounts.byID[a.id] != nil || s.accounts.find(a.userName) != nil {
		panic(fmt.Sprintf("hdptest: account %d %q is there already", a.id, a.userName))
	}
	s.accounts.add(a)
	return a.id
}

// AddOperator adds an account of the system tenant with exactly these
// permissions and administrative access on these tenants.
func (s *Server) AddOperator(name, password string, tenants []int64, permissions ...int64) int64 {
	return s.AddAccount(Account{
		UserName: name, Password: password, TenantsAdministered: tenants,
		Roles: []int64{roleNoRights}, Permissions: permissions,
	})
}

// SetStatusInfo is another administrator's change: any JSON object goes, even
// one that PUT would refuse. It panics if there is no such account.
func (s *Server) SetStatusInfo(id int64, rawJSON string) {
	s.update(id, func(a *account) { a.status = mustObject(rawJSON).String() })
}

// SetPasswordInfo is SetStatusInfo for passwordInfo.
func (s *Server) SetPasswordInfo(id int64, rawJSON string) {
	s.update(id, func(a *account) { a.password = mustObject(rawJSON).String() })
}

// SetPassword changes a password behind everybody's back; "" is
// AccountPassword again.
func (s *Server) SetPassword(id int64, password string) {
	s.update(id, func(a *account) { a.secret = password })
}

func (s *Server) update(id int64, f func(*account)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accounts.byID[id]
	if a == nil {
		panic(fmt.Sprintf("hdptest: no account %d", id))
	}
	f(a)
}

// Delete removes an account, if it is there.
func (s *Server) Delete(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.accounts.remove(id)
}

// CheckPassword tells whether the account has this password.
func (s *Server) CheckPassword(id int64, password string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accounts.byID[id]
	return a != nil && a.hasPassword(password)
}
