package batch

import "time"

// window is how many of the last rows the rate is taken from: enough to be
// steady where rows end several at once, few enough to follow the server.
const window = 64

// rateMeter keeps the time of a batch without its pauses.
type rateMeter struct {
	now      func() time.Time
	start    time.Time
	pausedAt time.Time       // of the pause, zero without one
	paused   time.Duration   // spent in pauses before that
	ends     []time.Duration // when the last rows ended
}

func newRateMeter(now func() time.Time) rateMeter { return rateMeter{now: now, start: now()} }

func (p *rateMeter) pause() {
	if p.pausedAt.IsZero() {
		p.pausedAt = p.now()
	}
}

func (p *rateMeter) resume() {
	if !p.pausedAt.IsZero() {
		p.paused += p.now().Sub(p.pausedAt)
		p.pausedAt = time.Time{}
	}
}

func (p *rateMeter) elapsed() time.Duration {
	now := p.now()
	if !p.pausedAt.IsZero() {
		now = p.pausedAt
	}
	return now.Sub(p.start) - p.paused
}

// addRow notes that a row has ended.
func (p *rateMeter) addRow() {
	p.ends = append(p.ends, p.elapsed())
	if len(p.ends) > window+1 {
		p.ends = p.ends[1:]
	}
}

// rate is in rows a second, 0 while it is not known. It falls while nothing
// ends.
func (p *rateMeter) rate() float64 {
	from, n := time.Duration(0), len(p.ends)
	if n > window {
		from, n = p.ends[0], window
	}
	took := p.elapsed() - from
	if n == 0 || took <= 0 {
		return 0
	}
	return float64(n) / took.Seconds()
}

// timeLeft is how long so many rows will take, 0 while that is not known.
func (p *rateMeter) timeLeft(rows int) time.Duration {
	rate := p.rate()
	if rate == 0 {
		return 0
	}
	return time.Duration(float64(rows) / rate * float64(time.Second))
}
