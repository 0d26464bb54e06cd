package batch

import "time"

// window is how many of the last rows the rate is taken from: enough to be
// steady where rows end several at once, few enough to follow the server.
const window = 64

// pace keeps the time of a batch without its pauses.
type pace struct {
	now   func() time.Time
	begun time.Time
	since time.Time       // of the pause, zero without one
	still time.Duration   // spent in pauses before that
	ends  []time.Duration // when the last rows ended
}

func newPace(now func() time.Time) pace { return pace{now: now, begun: now()} }

func (p *pace) pause() {
	if p.since.IsZero() {
		p.since = p.now()
	}
}

func (p *pace) resume() {
	if !p.since.IsZero() {
		p.still += p.now().Sub(p.since)
		p.since = time.Time{}
	}
}

func (p *pace) elapsed() time.Duration {
	now := p.now()
	if !p.since.IsZero() {
		now = p.since
	}
	return now.Sub(p.begun) - p.still
}

// mark notes that a row has ended.
func (p *pace) mark() {
	p.ends = append(p.ends, p.elapsed())
	if len(p.ends) > window+1 {
		p.ends = p.ends[1:]
	}
}

// rate is in rows a second, 0 while it is not known. It falls while nothing
// ends.
func (p *pace) rate() float64 {
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

// left is how long so many rows will take, 0 while that is not known.
func (p *pace) left(rows int) time.Duration {
	rate := p.rate()
	if rate == 0 {
		return 0
	}
	return time.Duration(float64(rows) / rate * float64(time.Second))
}
