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

// Sent returns the method and path of the requests since the last Forgets, without their query.
func (o *Op) Sent() []string {
	var all []string
	for _, r := range o.Server.Requests() {
		path, _, _ := strings.Cut(r.Path, "?")
		all = append(all, r.Method+" "+path)
	}
	return all
}

// Writes returns the path and body of every PUT since the last Forgets.
func (o *Op) Writes() []string {
	var all []string
	for _, r := range o.Server.Requests() {
		if r.Method != http.MethodGet {
			all = append(all, r.Path+" "+r.Body)
		}
	}
	return all
}

// Sends checks that exactly these requests were sent since the last Forgets.
func (o *Op) Sends(want ...string) {
	o.tb.Helper()
	o.Looks()
	if got := o.Sent(); !slices.Equal(got, want) {
		o.tb.Errorf("sent\n%q, want\n%q", got, want)
	}
}

// Awaits waits until a request hangs whose path ends in path.
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

// Hurries presses a key that ends a write's pause before it checks the account again. The pause
// then no longer counts as idle, so the check is waited for.
func (o *Op) Hurries(key string) {
	o.tb.Helper()
	o.Looks()
	o.Clock.endPauses()
	o.Press(key)
	o.Looks()
}

// Next returns where the operator went after the console ended.
func (o *Op) Next() ui.Next { return o.console.Next() }

// Forgets empties the server's log of requests.
func (o *Op) Forgets() {
	o.tb.Helper()
	o.Looks()
	o.Server.ResetRequests()
}

func (o *Op) report() string {
	var b strings.Builder
	fmt.Fprintln(&b, "requests:")
	for _, r := range o.Server.Requests() {
		fmt.Fprintf(&b, "  %s %-4s %s → %d %s %s\n", r.Time.Format(time.TimeOnly), r.Method, r.Path, r.Status, r.Fault, r.Body)
	}
	if o.AuditLog == nil {
		return b.String()
	}
	fmt.Fprintln(&b, "audit log:")
	entries, err := o.AuditLog.read()
	for _, r := range entries {
		fmt.Fprintf(&b, "  %s %s\n", r.Time.Format(time.TimeOnly), summarize(r))
	}
	if err != nil {
		fmt.Fprintf(&b, "  %v\n", err)
	}
	return b.String()
}
