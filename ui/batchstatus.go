package ui

import "hdpadmin/internal/words"

// refreshPace updates the rate and the time left between two steps, and reports whether they
// are shown.
func (m *batches) refreshPace() bool {
	switch d := m.batch.dialog; {
	case d == nil:
	case m.batch.run != nil && d.IsRunning():
		p := m.batch.run.Progress()
		d.SetPace(p.Rate, p.TimeLeft)
		return true
	case m.batch.preparation != nil && d.IsPreview():
		p := m.batch.preparation.Progress()
		d.SetPace(p.Rate, p.TimeLeft)
		return !p.Ended
	}
	return false
}

// summary says how far the batch is, in numbers and without names; "" without one.
func (m *batches) summary() string {
	r := m.batch.run
	if r == nil {
		return ""
	}
	p := r.Progress()
	done := words.Count(p.Done) + " done."
	switch batch := "A batch of " + words.Count(p.Total); {
	case p.Ended && p.Stopped != nil:
		return batch + " was stopped: " + done
	case p.Ended:
		return batch + " has ended: " + done
	case p.Paused:
		return batch + " is paused: " + done
	default:
		return batch + " is running: " + done
	}
}

// needsLogin reports whether a preview or a batch is making requests.
func (m *batches) needsLogin() bool {
	if d := m.batch.preparation; d != nil && d.Progress().UnderWay > 0 {
		return true
	}
	if r := m.batch.run; r != nil {
		p := r.Progress()
		return p.UnderWay > 0 || !p.Ended && !p.Paused
	}
	return false
}

func (m *batches) quitWarning() string {
	if d := m.batch.dialog; d != nil && d.IsRunning() {
		return "Leaving now stops the batch. Requests already sent are completed."
	}
	return ""
}
