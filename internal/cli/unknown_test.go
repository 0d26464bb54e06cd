//go:build unix

package cli_test

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/cli"
)

// quickClock is a clock on which every wait is over at once.
type quickClock struct {
	mu     sync.Mutex
	waited time.Duration
}

func (c *quickClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.waited)
}

func (c *quickClock) After(d time.Duration) <-chan time.Time {
	c.mu.Lock()
	c.waited += d
	c.mu.Unlock()
	fired := make(chan time.Time, 1)
	fired <- c.Now()
	return fired
}

// After a lost answer, a command reads for half a minute whether the change is stored. If no read
// succeeds, it exits with 7, whether HDP has stored the change or not, and it has sent it once.
func TestAnOutcomeStaysUnknownAfterHalfAMinute(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lost   hdptest.FaultKind
		stored bool
	}{
		"not stored": {hdptest.CloseBefore, false},
		"stored":     {hdptest.CloseAfterApply, true},
	} {
		for _, v := range verbCases() {
			t.Run(v.verb+", "+name, func(t *testing.T) {
				t.Parallel()
				s := hdptest.NewServer(t)
				s.Fail(hdptest.Fault{Method: http.MethodPut, Path: v.info, Kind: c.lost})
				// The first two reads are those before the write.
				s.Fail(hdptest.Fault{Method: http.MethodGet, Path: v.info, Kind: hdptest.Status, Status: 500, Skip: 2, Times: hdptest.Forever})
				log := filepath.Join(t.TempDir(), "audit.jsonl")
				clock := new(quickClock)
				var stdout, stderr bytes.Buffer
				code := cli.MainWith(t.Context(), append([]string{v.verb, v.account, "--yes"}, strings.Fields(v.flags)...), []string{
					"HDPADMIN_SERVER=" + s.URL, "HDPADMIN_USER=d2cadmin", "HDP_PASSWORD=" + hdptest.AdminPassword,
					"HDPADMIN_CONFIG=" + os.DevNull, "HDPADMIN_AUDIT_FILE=" + log,
				}, &stdout, &stderr, clock)
				if code != 7 || stdout.Len() > 0 || !strings.HasPrefix(stderr.String(), "hdpadmin: Outcome unknown") {
					t.Errorf("exit code %d, %s%s", code, stdout.String(), stderr.String())
				}
				if clock.waited < 29*time.Second || clock.waited > 30*time.Second {
					t.Errorf("waited %s between the reads", clock.waited)
				}
				reads, writes := 0, 0
				for _, r := range s.Requests() {
					switch {
					case r.Method == http.MethodPut:
						writes++
					case strings.HasSuffix(r.Path, v.info):
						reads++
					}
				}
				if writes != 1 || reads < 8 {
					t.Errorf("%d writes, %d reads", writes, reads)
				}
				id, _ := s.Find(v.account)
				a := s.Stored(id)
				if infos := strings.ReplaceAll(a.StatusInfo+a.PasswordInfo, " ", ""); strings.Contains(infos, v.stored) != c.stored {
					t.Errorf("the server has %s", infos)
				}
				if raw, err := os.ReadFile(log); err != nil || strings.Count(string(raw), `"outcome":"unknown"`) != 1 {
					t.Errorf("%v, the audit log:\n%s", err, raw)
				}
			})
		}
	}
}
