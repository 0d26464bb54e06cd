package ui_test

import (
	"net/http"
	"testing"
	"time"

	"hdpadmin/internal/audit"
	"hdpadmin/internal/audit/file"
	"hdpadmin/ui"
	"hdpadmin/ui/uitest"
)

// Claiming a batch waits while other consoles hold the log. Keys typed meanwhile do not confirm
// it.
func TestStrayKeysDoNotConfirmAResumedBatch(t *testing.T) {
	t.Parallel()
	path := uitest.AuditLogFile(t)
	id := file.Identity{Host: "jump1", PID: 1 << 30, Server: "http://hdp.example.test", Login: "helpdesk"}
	at := func() time.Time { return time.Date(2026, 11, 22, 13, 50, 0, 0, time.UTC) }
	left, err := file.Open(path, id, file.WithClock(at))
	if err != nil {
		t.Fatal(err)
	}
	if err := left.BeginBatch(file.Batch{ID: "B1", Operation: "unlock", Accounts: []int64{307}}); err != nil {
		t.Fatal(err)
	}
	left.ReleaseBatches()
	d := uitest.NewConsole(t, func(o *ui.Options) {
		id.PID = 1<<30 + 1
		log, err := file.Open(path, id, file.WithClock(at))
		if err == nil {
			o.AuditLog, err = audit.New(log, id, nil)
		}
		if err != nil {
			t.Fatal(err)
		}
	})
	d.Answers()
	d.Sees("Unfinished batch")
	_, claim := d.Update(uitest.Key(t, "r"))
	d.Presses("/")
	d.Runs(claim)
	d.SeesNot("Unlock ·")
	d.Presses("esc")
	d.Sees("Unfinished batch") // the second time
	d.Send(uitest.Key(t, "r"))
	d.Send(uitest.Key(t, "enter"))
	d.Answers()
	d.Sees("1 of 1 will change")
	for _, r := range d.Server.Requests() {
		if r.Method != http.MethodGet {
			t.Errorf("%s %s was sent", r.Method, r.Path)
		}
	}
}
