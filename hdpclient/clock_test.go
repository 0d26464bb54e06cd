package hdpclient

import (
	"net/http"
	"testing"
	"time"
)

func TestDateFromACacheIsIgnored(t *testing.T) {
	var clock serverClock
	clock.update(http.Header{"Date": {"Sun, 22 Nov 2020 14:02:05 GMT"}, "Age": {"86400"}})
	if !clock.server.IsZero() {
		t.Error("the client updated its clock")
	}
}

// The server's time advances while this machine sleeps, and whatever is done to its
// clock.
func TestServerTimeAdvances(t *testing.T) {
	heard := time.Date(2026, 11, 22, 14, 2, 5, 0, time.UTC)
	wall := time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC) // two minutes behind
	for _, c := range []struct {
		name          string
		running, wall time.Duration // since the response
		want          time.Duration
	}{
		{"at once", 0, 0, 0},
		{"awake", 9 * time.Second, 9 * time.Second, 9 * time.Second},
		{"after a sleep", 4 * time.Second, 8 * time.Hour, 8 * time.Hour},
		{"the clock was set back", 20 * time.Second, -time.Hour, 20 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			now := instant{wall: wall, running: time.Minute}
			client, _ := dial(t, reply(200, `{"id":307,"userName":"alice"}`, "Date", heard.Format(http.TimeFormat)))
			client.clock.read = func() instant { return now }
			if _, known := client.Now(); known {
				t.Error("known before an answer")
			}
			if _, err := client.User(t.Context(), 307); err != nil {
				t.Fatal(err)
			}
			now.running += c.running
			now.wall = now.wall.Add(c.wall)
			if got, known := client.Now(); !known || !got.Equal(heard.Add(c.want)) {
				t.Errorf("it is %v, %v; want %v", got, known, heard.Add(c.want))
			}
			if skew, known := client.Skew(); !known || skew != 2*time.Minute+5*time.Second {
				t.Errorf("skew %v, %v", skew, known)
			}
		})
	}
}

func TestBothClocksAreRead(t *testing.T) {
	clock := serverClock{began: time.Now().Add(-time.Minute)}
	before := time.Now()
	now := clock.now()
	if now.wall != now.wall.Round(0) || now.running < time.Minute || now.running > time.Minute+time.Since(before)+time.Second {
		t.Errorf("%+v", now)
	}
}
