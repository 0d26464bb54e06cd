package hdpclient

import (
	"net/http"
	"sync"
	"testing"
)

// The server counts a wrong password, and a proxy closes the connection before the
// answer arrives: net/http would then repeat the GET on the next idle connection.
func TestNewPasswordIsSentOnceByEachCall(t *testing.T) {
	wrong := Credentials{User: "ops", Password: SecretOf("wrong")}
	tests := []struct {
		name string
		call func(t *testing.T, c *Client, f *inFlight)
		sent int
	}{
		{"next to the current login", func(t *testing.T, c *Client, f *inFlight) {
			useBothPlaces(t, c, f)
			_, _ = c.With(wrong).Self(t.Context())
		}, 1},
		{"again after an inconclusive answer", func(t *testing.T, c *Client, f *inFlight) {
			c.SetCredentials(wrong)
			_, _ = c.StatusInfo(t.Context(), 502)
			_, _ = c.Self(t.Context())
		}, 2},
		{"redirected", func(t *testing.T, c *Client, f *inFlight) {
			c.SetCredentials(wrong)
			_, _ = c.StatusInfo(t.Context(), 302)
		}, 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			flight := newInFlight()
			var sent counter
			right := flight.serve(reply(200, `{"status":1}`))
			c, _ := dialProven(t, func(w http.ResponseWriter, r *http.Request) {
				if _, password, _ := r.BasicAuth(); password != "wrong" {
					right(w, r)
					return
				}
				sent.add()
				switch r.URL.Path {
				case "/api/admin/users/502/statusinfo":
					reply(502, "")(w, r)
				case "/api/admin/users/302/statusinfo":
					http.Redirect(w, r, "/elsewhere", http.StatusFound)
				default:
					panic(http.ErrAbortHandler)
				}
			})
			test.call(t, c, flight)
			if sent.get() != test.sent {
				t.Errorf("sent %d times, want %d", sent.get(), test.sent)
			}
		})
	}
}

// useBothPlaces leaves two idle connections.
func useBothPlaces(t *testing.T, c *Client, f *inFlight) {
	t.Helper()
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			if _, err := c.StatusInfo(t.Context(), 307); err != nil {
				t.Error(err)
			}
		})
		<-f.arrived
	}
	close(f.release)
	both.Wait()
}

func TestAcceptedTrialKeepsItsConnection(t *testing.T) {
	var mu sync.Mutex
	from := map[string]bool{}
	c, _ := dial(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		from[r.RemoteAddr] = true
		mu.Unlock()
		reply(200, `{"status":1}`)(w, r)
	})
	for range 3 {
		if _, err := c.StatusInfo(t.Context(), 307); err != nil {
			t.Fatal(err)
		}
	}
	if len(from) != 1 {
		t.Errorf("%d connections, want 1", len(from))
	}
}
