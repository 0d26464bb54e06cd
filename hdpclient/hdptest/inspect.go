package hdptest

import (
	"fmt"
	"maps"
	"slices"
)

// Stored returns the account as GET would show it now. Its ID is 0 if there is none.
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
		DataSources:         slices.Clone(a.dataSources),
		Limits:              maps.Clone(a.limits),
		IPList:              a.ipList,
	}
}

// Find returns the id of the account with that name. Case does not matter.
func (s *Server) Find(name string) (id int64, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accounts.find(name)
	if a == nil {
		return 0, false
	}
	return a.id, true
}

// Count returns the number of accounts.
func (s *Server) Count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.accounts.ids)
}

// IDs returns the ids of all accounts, ascending.
func (s *Server) IDs() []int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.accounts.ids)
}

// AddAccount adds an account and returns its id. Fields that are not set default to the
// next id, the system tenant, active, a password that never expires, the tenant's User
// role and AccountPassword. StatusInfo, PasswordInfo, Limits and IPList may hold unknown
// values. It panics if the name or id is in use, or if a text is not a JSON object.
func (s *Server) AddAccount(in Account) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := &account{
		id: in.ID, userName: in.UserName, tenant: in.TenantID,
		status: `{"status":1}`, password: `{"passwordStatus":1}`,
		roles: slices.Clone(in.Roles), permissions: slices.Clone(in.Permissions),
		authUsers: slices.Clone(in.AuthUsers), administered: slices.Clone(in.TenantsAdministered),
		dataSources: slices.Clone(in.DataSources), limits: maps.Clone(in.Limits),
		secret: in.Password,
	}
	if in.IPList != "" {
		a.ipList = mustObject(in.IPList).String()
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
	if s.accounts.byID[a.id] != nil || s.isNameTaken(a) {
		panic(fmt.Sprintf("hdptest: account %d %q already exists", a.id, a.userName))
	}
	s.accounts.add(a)
	return a.id
}

// AddOperator adds an account to the system tenant with exactly these permissions and
// administrative access to these tenants.
func (s *Server) AddOperator(name, password string, tenants []int64, permissions ...int64) int64 {
	return s.AddAccount(Account{
		UserName: name, Password: password, TenantsAdministered: tenants,
		Roles: []int64{roleNoRights}, Permissions: permissions,
	})
}

// SetStatusInfo changes an account as another administrator would. It takes any JSON
// object, even one that PUT would refuse, and panics if there is no such account.
func (s *Server) SetStatusInfo(id int64, rawJSON string) {
	s.update(id, func(a *account) { a.status = mustObject(rawJSON).String() })
}

// SetPasswordInfo does the same with passwordInfo.
func (s *Server) SetPasswordInfo(id int64, rawJSON string) {
	s.update(id, func(a *account) { a.password = mustObject(rawJSON).String() })
}

// SetPassword sets a password without changing passwordInfo. "" sets AccountPassword.
func (s *Server) SetPassword(id int64, password string) {
	s.update(id, func(a *account) { a.setSecret(password) })
}

// SetRoles replaces roles and additional permissions, even by ones that PUT would refuse.
func (s *Server) SetRoles(id int64, roles []int64, permissions ...int64) {
	s.update(id, func(a *account) {
		a.roles, a.permissions, a.permissionsMore = slices.Clone(roles), slices.Clone(permissions), nil
	})
}

// SetAuthUsers replaces the sign-in names.
func (s *Server) SetAuthUsers(id int64, users ...AuthUser) {
	s.update(id, func(a *account) { a.authUsers, a.authInfo = slices.Clone(users), "" })
}

// Orphans returns the data sources of deleted accounts that the server has kept.
func (s *Server) Orphans() []DataSource {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.orphans)
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

// Delete removes an account if it exists.
func (s *Server) Delete(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.accounts.remove(id)
}

// CheckPassword reports whether the account has this password.
func (s *Server) CheckPassword(id int64, password string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accounts.byID[id]
	return a != nil && a.hasPassword(password)
}
