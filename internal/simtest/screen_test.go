//go:build linux || darwin

package simtest_test

import (
	"testing"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/change"
	"hdpadmin/ui"
	"hdpadmin/ui/uitest"
)

// With the whole console on a bad network, the screen must show what is stored.
func TestTheScreenShowsHowAWriteEnded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		put    []toxic
		shows  []string
		stored bool
	}{
		{"in slices", []toxic{sliced(up, 0), sliced(down, 0)}, []string{", verified ", "Can sign in"}, true},
		{"the answer is cut", []toxic{cutAfter(down, 30)}, []string{", verified ", "Can sign in"}, true},
		{"the answer is lost", []toxic{blackHole(down, 0)}, []string{", verified ", "Can sign in"}, true},
		{"half of the PUT is lost", []toxic{blackHole(up, 300)}, []string{"Outcome unknown", "Not stored as of", "it may still arrive", "Cannot sign in"}, false},
		{"the PUT is reset", []toxic{reset(up)}, []string{"Outcome unknown", "Not stored as of", "it may still arrive", "Cannot sign in"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var network *link
			op := uitest.Operator(t,
				uitest.Given(func(s *hdptest.Server) { network = newLink(t, s) }),
				uitest.With(func(o *ui.Options) {
					client, err := hdpclient.New("http://127.0.0.1:1", network.option(), hdpclient.WithTimeout(shortTimeout))
					if err != nil {
						t.Fatal(err)
					}
					t.Cleanup(client.Close)
					setToxics := func(toxics ...toxic) func() {
						return func() {
							network.setToxics(toxics...)
							client.Close() // so that the next request makes a connection
						}
					}
					o.Client = client
					o.Writer = change.NewWriter(t.Context(), &aroundPut{API: client, before: setToxics(c.put...), after: setToxics()},
						change.WithAuditLog(o.AuditLog), change.WithClock(&clock{}))
				}))
			op.Opens("alice.smith")
			op.Unlocks("INC-4711")
			op.Sees(c.shows...)
			if stored := !op.Server.Stored(307).Locked(); stored != c.stored {
				t.Errorf("stored: %v", stored)
			}
			if c.stored {
				return
			}
			op.Presses("enter") // checks again
			op.Sees(c.shows...)
			if n := countPuts(op.Server); n > 0 {
				t.Errorf("%d writes arrived", n)
			}
		})
	}
}
