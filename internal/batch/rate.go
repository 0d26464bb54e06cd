package batch

import "time"

// window is how many of the last rows the rate is taken from: enough to be steady if several
// rows end at once, few enough to follow the server.
const window = 64

// rateMeter measures the time and rate of a batch without its pauses.
type rateMeter struct {
	now      func() time.Time
	start    time.Time
	pausedAt time.Time       // zero if not paused
	paused   time.Duration   // total of earlier pauses
	ends     []time.Duration // when the last rows ended
}

func newRateMeter(now func() time.Time) rateMeter { return rateMeter{now: now, start: now()} }

func (m *rateMeter) pause() {
	if m.pausedAt.IsZero() {
		m.pausedAt = m.now()
	}
}

func (m *rateMeter) resume() {
	if !m.pausedAt.IsZero() {
		m.paused += m.now().Sub(m.pausedAt)
		m.pausedAt = time.Time{}
	}
}

func (m *rateMeter) elapsed() time.Duration {
	now := m.now()
	if !m.pausedAt.IsZero() {
		now = m.pausedAt
	}
	return now.Sub(m.start) - m.paused
}

func (m *rateMeter) addRow() {
	m.ends = append(m.ends, m.elapsed())
	if len(m.ends) > window+1 {
		m.ends = m.ends[1:]
	}
}

// rate returns rows per second, 0 while it is not known. It falls while nothing ends.
func (m *rateMeter) rate() float64 {
	from, n := time.Duration(0), len(m.ends)
	if n > window {
		from, n = m.ends[0], window
	}
	took := m.elapsed() - from
	if n == 0 || took <= 0 {
		return 0
	}
	return float64(n) / took.Seconds()
}

// timeLeft returns 0 while the rate is not known.
func (m *rateMeter) timeLeft(rows int) time.Duration {
	rate := m.rate()
	if rate == 0 {
		return 0
	}
	return time.Duration(float64(rows) / rate * float64(time.Second))
}
