package batch_test

import (
	"path/filepath"
	"testing"
	"time"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
)

// BenchmarkAThousandUnlocks runs a batch over a connection with 50 ms latency, with the audit log on
// disk. The metric is its time relative to its round trips, three per account: recheck, PUT,
// read-back.
func BenchmarkAThousandUnlocks(b *testing.B) {
	const accounts, workers, latency = 1000, 8, 50 * time.Millisecond
	ideal := accounts / workers * 3 * latency
	for b.Loop() {
		b.StopTimer()
		d := newDesk(b)
		log, err := file.Open(filepath.Join(b.TempDir(), "log"), file.Identity{})
		if err != nil {
			b.Fatal(err)
		}
		writer := change.NewWriter(b.Context(), d.client, change.WithAuditLog(disk{log}))
		preview := d.preview(d.locked(accounts), batch.Unlock(), batch.Guard{}, batch.WithConcurrency(workers))
		d.SetLatency(latency)
		b.StartTimer()
		r, err := batch.Start(b.Context(), writer, preview, change.Answers{Reason: "INC-4711"}, batch.WithConcurrency(workers), batch.WithLog(disk{log}))
		if err != nil {
			b.Fatal(err)
		}
		<-r.Done()
		b.StopTimer()
		if n := batch.Totals(r.Rows()); n[batch.Applied] != accounts {
			b.Fatalf("totals %v", n)
		}
		b.ReportMetric(float64(r.Progress().Elapsed)/float64(ideal), "×ideal")
		d.Close()
		b.StartTimer()
	}
}

// BenchmarkPreview prepares as many accounts over the same connection: three reads per account.
func BenchmarkPreview(b *testing.B) {
	const accounts, workers, latency = 1000, 8, 50 * time.Millisecond
	d := newDesk(b, hdptest.WithLatency(latency))
	ids := d.locked(accounts)
	for b.Loop() {
		if n := d.preview(ids, batch.Unlock(), batch.Guard{}, batch.WithConcurrency(workers)).Totals(); n[batch.Planned] != accounts {
			b.Fatalf("totals %v", n)
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)/(accounts*3*latency.Seconds()/workers), "×ideal")
}
