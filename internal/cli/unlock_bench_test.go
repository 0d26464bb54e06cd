//go:build unix

package cli_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hdpadmin/hdpclient/hdptest"
)

// curlScript unlocks an account as a script without hdpadmin would: it finds the id in the list and
// replaces the status info. It does not check, log, compare or verify anything.
const curlScript = `set -e
id=$(curl -sf -u "$HDPADMIN_USER:$HDP_PASSWORD" "$HDPADMIN_SERVER/api/admin/users" |
	jq --arg name "$1" '.users[] | select(.userName == $name) | .id')
curl -sf -u "$HDPADMIN_USER:$HDP_PASSWORD" -X PUT -H 'Content-Type: application/json' \
	-d '{"status":1,"accountLocked":false}' "$HDPADMIN_SERVER/api/admin/users/$id/statusinfo" >/dev/null`

// BenchmarkUnlockAgainstCurl compares hdpadmin unlock NAME, from exec to the verified answer and with
// its audit log, with a script of curl and jq on the same server. They take turns.
func BenchmarkUnlockAgainstCurl(b *testing.B) {
	for _, tool := range []string{"sh", "curl", "jq", "go"} {
		if _, err := exec.LookPath(tool); err != nil {
			b.Skip(err)
		}
	}
	folder := b.TempDir()
	hdpadmin := filepath.Join(folder, "hdpadmin")
	build := exec.CommandContext(b.Context(), "go", "build", "-trimpath", "-o", hdpadmin, "hdpadmin")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	for accounts, limit := range map[int]float64{2_000: 1.5, 100_000: 1} {
		b.Run(fmt.Sprintf("accounts=%d", accounts), func(b *testing.B) {
			s := hdptest.NewServer(b, hdptest.WithAccounts(accounts))
			environ := append(os.Environ(), "HDPADMIN_CONFIG="+os.DevNull, "HDPADMIN_AUDIT_FILE="+filepath.Join(folder, "audit.jsonl"),
				"HDPADMIN_SERVER="+s.URL, "HDPADMIN_USER=d2cadmin", "HDP_PASSWORD="+hdptest.AdminPassword)
			unlocks := func(command ...string) time.Duration {
				s.SetStatusInfo(307, `{"status":1,"accountLocked":true}`)
				c := exec.CommandContext(b.Context(), command[0], command[1:]...)
				c.Env = environ
				began := time.Now()
				out, err := c.CombinedOutput()
				took := time.Since(began)
				if err != nil || s.Stored(307).Locked() {
					b.Fatalf("%s: %v: %s", strings.Join(command, " "), err, out)
				}
				return took
			}
			var ours, theirs []time.Duration
			for b.Loop() {
				ours = append(ours, unlocks(hdpadmin, "unlock", "alice.smith"))
				theirs = append(theirs, unlocks("sh", "-c", curlScript, "sh", "alice.smith"))
			}
			b.ReportMetric(0, "ns/op") // of both together, which means nothing
			b.ReportMetric(median(ours).Seconds()*1e3, "ms/hdpadmin")
			b.ReportMetric(median(theirs).Seconds()*1e3, "ms/script")
			if ratio := median(ours).Seconds() / median(theirs).Seconds(); ratio > limit && len(ours) > 1 {
				b.Errorf("hdpadmin takes %.2f times as long as the script, more than %.1f", ratio, limit)
			}
		})
	}
}

func median(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)/2]
}
