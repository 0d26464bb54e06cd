package hdptest

import (
	"net/http"
	"slices"
	"strings"
)

type handler func(*call) answer

type route struct {
	method   string
	pattern  []string // "{}" matches any segment
	handle   handler
	isPublic func(*Server) bool // needs no sign-in
}

// routes are tried in this order. A literal must come before a {}: authUserName and
// expirepassword are not ids.
func routes() []route {
	on := func(method, path string, h handler) route {
		return route{method: method, pattern: strings.Split(path, "/"), handle: h}
	}
	open := func(r route, when func(*Server) bool) route { r.isPublic = when; return r }
	always := func(*Server) bool { return true }
	const users = "api/admin/users"
	return []route{
		open(on("GET", "api/healthcheck", (*call).getHealth), always),
		open(on("HEAD", "api/healthcheck", (*call).getHealth), always),
		open(on("GET", "api/public/passwordpolicy", (*call).getPublicPolicy),
			func(s *Server) bool { return !s.quirks[PolicyNeedsSignIn] }),

		on("GET", users, (*call).listUsers),
		on("POST", users, (*call).createUser),
		on("GET", users+"/authUserName/{}", (*call).findAuthUser),
		on("PUT", users+"/expirepassword", notImplemented),
		on("GET", users+"/{}", (*call).getUser),
		on("PUT", users+"/{}", (*call).putUser),
		on("DELETE", users+"/{}", (*call).deleteUser),
		on("GET", users+"/{}/statusinfo", (*call).getStatusInfo),
		on("PUT", users+"/{}/statusinfo", (*call).putStatusInfo),
		on("GET", users+"/{}/passwordinfo", (*call).getPasswordInfo),
		on("PUT", users+"/{}/passwordinfo", (*call).putPasswordInfo),
		on("PUT", users+"/{}/resetpassword", (*call).resetPassword),
		on("GET", users+"/{}/permissions", (*call).getPermissions),
		on("PUT", users+"/{}/permissions", (*call).putPermissions),
		on("GET", users+"/{}/authinfo", (*call).getAuthInfo),
		on("PUT", users+"/{}/authinfo", (*call).putAuthInfo),
		on("GET", users+"/{}/tenantsadministered", (*call).getTenantsAdministered),
		on("PUT", users+"/{}/tenantsadministered", (*call).putTenantsAdministered),
		on("GET", users+"/{}/datasources", (*call).listDataSources),
		on("PUT", "api/admin/userdetails/changePassword", (*call).changePassword),

		on("GET", "api/admin/permissions", (*call).listPermissions),
		on("GET", "api/admin/tenants", (*call).listTenants),
		on("GET", "api/admin/tenants/{}", (*call).getTenant),
		on("GET", "api/admin/tenants/{}/admins", (*call).getTenantAdmins),
		on("GET", "api/admin/roles", (*call).listRoles),
		on("GET", "api/admin/roles/{}", (*call).getRole),
		on("DELETE", "api/admin/roles/{}", (*call).deleteRole),
		on("GET", "api/admin/auth/services", (*call).listServices),
		on("GET", "api/admin/limits", (*call).listLimits),
		on("GET", "api/admin/limits/system", (*call).listSystemLimits),
		on("GET", "api/admin/limits/system/{}", (*call).getSystemLimit),
		on("POST", "api/admin/limits/system/{}", (*call).setSystemLimit),
		on("PUT", "api/admin/limits/system/{}", (*call).setSystemLimit),
		on("GET", "api/admin/limits/users", (*call).listUserLimits),
		on("POST", "api/admin/limits/users/{}/{}", (*call).setUserLimit),
		on("PUT", "api/admin/limits/users/{}/{}", (*call).setUserLimit),
		on("DELETE", "api/admin/limits/users/{}/{}", (*call).deleteUserLimit),
		on("GET", "api/admin/configurations/{}", (*call).getConfiguration),

		on("GET", "api/mgmt/user", (*call).whoAmI),
		on("GET", "api/mgmt/permissions", (*call).getOwnPermissions),
		on("GET", "api/mgmt/version", (*call).getVersion),
		on("GET", "api/mgmt/security/whitelist/user", (*call).getIPList),
		on("POST", "api/mgmt/passwordpolicy/validate", (*call).validatePassword),
	}
}

// match returns the segments in place of each {}.
func (r route) match(segments []string) ([]string, bool) {
	if len(segments) != len(r.pattern) {
		return nil, false
	}
	var args []string
	for i, p := range r.pattern {
		switch p {
		case "{}":
			args = append(args, segments[i])
		case segments[i]:
		default:
			return nil, false
		}
	}
	return args, true
}

// answer signs the operator in and calls the route's handler. It holds the server's lock,
// so that other requests see all of it or nothing.
func (s *Server) answer(q *request) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.answerLocked(q)
	if q.method == http.MethodGet && a.status == http.StatusOK {
		s.applyPostponed(q.path)
	}
	return a
}

func (s *Server) answerLocked(q *request) answer {
	c := &call{Server: s, q: q, now: s.now()}
	var allowed []string
	var found *route
	for _, r := range routes() {
		args, matches := r.match(q.segments)
		if !matches {
			continue
		}
		if r.method == q.method {
			found, c.args = &r, args
			break
		}
		allowed = append(allowed, r.method)
	}
	if found == nil || found.isPublic == nil || !found.isPublic(s) {
		op, no := s.signIn(q, c.now)
		if no != nil {
			return *no
		}
		c.op, c.perms = op, s.effectivePermissions(op.roles, op.permissions)
		if s.quirks[IPListAppliesHere] && !op.mayCallFrom(q.remote, q.path) {
			return answer{status: http.StatusForbidden}
		}
	}
	switch {
	case found != nil && q.method != http.MethodGet && len(q.body) > 0 && !q.isJSON:
		return answer{status: http.StatusUnsupportedMediaType}
	case found != nil:
		return found.handle(c)
	case len(allowed) > 0:
		slices.Sort(allowed)
		return answer{
			status: http.StatusMethodNotAllowed,
			header: http.Header{"Allow": {strings.Join(slices.Compact(allowed), ", ")}},
		}
	}
	return htmlPage(http.StatusNotFound, "HTTP Status 404 – Not Found")
}

// notImplemented answers 501, which the page "HTTP error messages" lists, to calls that a
// console must not make.
func notImplemented(*call) answer { return answer{status: http.StatusNotImplemented} }

// htmlPage makes an answer in HTML, like those of web servers and proxies.
func htmlPage(status int, title string) answer {
	return answer{
		status: status,
		header: http.Header{"Content-Type": {"text/html;charset=utf-8"}},
		body: []byte("<!doctype html><html lang=\"en\"><head><title>" + title +
			"</title></head><body><h1>" + title + "</h1></body></html>"),
	}
}
