package uitest

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/ui"
)

// Sent is the requests since the last Forgets, each "GET /api/admin/users/307/statusinfo", without
// the query.
func (o *Op) Sent() []string {
	var all []string
	for _, r := range o.Server.Requests() {
		path, _, _ := strings.Cut(r.Path, "?")
		all = append(all, r.Method+" "+path)
	}
	return all
}

// Writes is the bodies of all PUTs since the last Forgets, each behind its path.
func (o *Op) Writes() []string {
	var all []string
	for _, r := range o.Server.Requests() {
		if r.Method != http.MethodGet {
			all = append(all, r.Path+" "+r.Body)
		}
	}
	return all
}

// Sends wants these requests since the last Forgets, and no others.
func (o *Op) Sends(want ...string) {
	o.tb.Helper()
	o.Looks()
	if got := o.Sent(); !slices.Equal(got, want) {
		o.tb.Errorf("sent\n%q, want\n%q", got, want)
	}
}

// Awaits waits until a request hangs whose path has that end.
func (o *Op) Awaits(path string) {
	o.tb.Helper()
	ctx, cancel := context.WithTimeout(o.tb.Context(), o.deadline)
	defer cancel()
	if _, err := o.Server.Await(ctx, func(r hdptest.Request) bool {
		return r.Fault == hdptest.Hang && strings.HasSuffix(r.Path, path)
	}); err != nil {
		o.fail(fmt.Sprintf("no request …%s hangs: %v", path, err))
	}
}

// Hurries presses a key that ends the pause of a write between two looks. The write no longer counts
// as at rest from then on, so that its look is waited for.
func (o *Op) Hurries(key string) {
	o.tb.Helper()
	o.Looks()
	o.Clock.endPauses()
	o.Press(key)
	o.Looks()
}

// Next is where the operator went from the console, once that has ended.
func (o *Op) Next() ui.Next { return o.console.Next() }

// Forgets empties the server's log of requests.
func (o *Op) Forgets() {
	o.tb.Helper()
	o.Looks()
	o.Server.ResetRequests()
}

// report is what has been asked of the server.
func (o *Op) report() string {
	var b strings.Builder
	fmt.Fprintln(&b, "requests:")
	for _, r := range o.Server.Requests() {
		fmt.Fprintf(&b, "  %s %-4s %s → %d %s %s\n", r.Time.Format(time.TimeOnly), r.Method, r.Path, r.Status, r.Fault, r.Body)
	}
	if o.AuditLog == nil {
		return b.String()
	}
	fmt.Fprintln(&b, "on record:")
	told, err := o.AuditLog.read()
	for _, r := range told {
		fmt.Fprintf(&b, "  %s %s\n", r.Time.Format(time.TimeOnly), summarize(r))
	}
	if err != nil {
		fmt.Fprintf(&b, "  %v\n", err)
	}
	return b.String()
}
