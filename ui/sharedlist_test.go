package ui_test

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/change"
	"hdpadmin/internal/desk"
	"hdpadmin/ui"
	"hdpadmin/ui/uitest"
)

// sharing makes the console share its list with the other sessions of a process.
func sharing(l *desk.Lists) uitest.OperatorOption {
	return uitest.With(func(o *ui.Options) { o.Desk = desk.New(o.Client, o.Writer, desk.WithLists(l)) })
}

// colleague is another session with the login of the administrator.
type colleague struct {
	*desk.Desk
	t      *testing.T
	writer *change.Writer
}

func joins(t *testing.T, op *uitest.Op, l *desk.Lists) *colleague {
	t.Helper()
	address := strings.TrimPrefix(op.Server.URL, "http://")
	client, err := hdpclient.New("http://hdp.example.test", hdpclient.WithAllowHTTP(), hdpclient.WithTransport(func(t *http.Transport) {
		t.Proxy = nil
		t.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, address)
		}
	}))
	if err != nil {
		t.Fatal(err)
	}
	client.SetCredentials(hdpclient.Credentials{User: "d2cadmin", Password: hdpclient.SecretOf(hdptest.AdminPassword)})
	w := change.NewWriter(t.Context(), client)
	c := &colleague{desk.New(client, w, desk.WithLists(l)), t, w}
	t.Cleanup(func() {
		w.Shutdown(0)
		c.Close()
		client.ClearCredentials()
		client.Close()
	})
	return c
}

// changes makes a change to the status of an account.
func (c *colleague) changes(id int64, edit func(hdpclient.StatusInfo) hdpclient.StatusInfo) {
	c.t.Helper()
	r, err := c.Read(c.t.Context(), id)
	if err != nil {
		c.t.Fatal(err)
	}
	info, _ := r.Status.Get()
	plan := change.PlanStatus(change.Subject{ID: id, Name: r.User.UserName}, info, edit(info)).Guarded("")
	if o := c.writer.Apply(c.t.Context(), plan); o.Kind != change.Applied {
		c.t.Fatalf("%v: %v", o.Kind, o.Err)
	}
}

// awaits waits until news has changed the screen as wanted. The program waits for news all the time, so
// it counts as idle meanwhile, except here.
func awaits(op *uitest.Op, wanted func(screen string) bool) {
	op.Hold(0)
	op.WaitFor(wanted)
	op.Hold(1)
	op.Idle()
}

// What a colleague changes is on the screen at once, and the cursor stays on its account.
func TestChangesOfColleaguesAppearInTheList(t *testing.T) {
	t.Parallel()
	lists := desk.NewLists()
	op := uitest.Operator(t, uitest.Hanging(1), sharing(lists))
	bob := joins(t, op, lists)
	if _, err := bob.ReadList(t.Context()); err != nil {
		t.Fatal(err)
	}
	op.Presses("2", "j", "j") // among the locked accounts
	under := func() string {
		for line := range strings.Lines(op.Screen()) {
			if _, row, is := strings.Cut(line, "▸"); is {
				return row
			}
		}
		return ""
	}
	was := under()
	if was == "" || strings.Contains(was, "alice.smith") || !strings.Contains(op.Screen(), "alice.smith") {
		t.Fatalf("the cursor is on %q", was)
	}
	bob.changes(307, change.Unlock)
	awaits(op, func(screen string) bool { return !strings.Contains(screen, "alice.smith") })
	if now := under(); now != was {
		t.Errorf("the cursor was on %q and is on %q", was, now)
	}
}

// The account under the cursor keeps its row when it no longer belongs to the view, and an open account
// is read again.
func TestColleagueChangesTheOpenAccount(t *testing.T) {
	t.Parallel()
	lists := desk.NewLists()
	op := uitest.Operator(t, uitest.Hanging(1), sharing(lists), uitest.On(120, 36))
	bob := joins(t, op, lists)
	op.Presses("2")
	op.Finds("alice.smith")
	op.Presses("enter")
	op.Sees("alice.smith", "Locked")
	bob.changes(307, change.Unlock)
	awaits(op, func(screen string) bool { return strings.Contains(screen, "Can sign in") })
	op.Golden("unlocked by a colleague")
}
