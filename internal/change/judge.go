package change

// conflict is the outcome where now, read before sending, is not what the plan
// was made from.
func (o Outcome) conflict() Outcome {
	o.Kind = Conflict
	moved := diff(o.Plan.before, o.now)
	o.LockMoved = o.Plan.unlocks()
	for _, e := range moved {
		o.Rows = append(o.Rows, o.row(e.name))
		if e.name != accountLockedAt && e.name != accountLockedUntil {
			o.LockMoved = false
		}
	}
	return o
}

// judged is the outcome of a write that was sent, by what has been seen of it.
// It is the one place where something sent becomes Applied.
func (o Outcome) judged() Outcome {
	o.Rows = o.strays()
	switch {
	case o.Seen == NotSeen:
		o.Kind = Unknown
	case o.answered && len(o.Rows) > 0:
		o.Kind = Differs
	case o.answered:
		o.Kind = Applied
	case o.Seen == SeenWanted:
		o.Kind, o.ByReading = Applied, true
	default:
		// Something else than before is no proof either: the write may still be under
		// way, or another one may have come after it.
		o.Kind = Unknown
	}
	return o
}

// strays returns a row for every property that the echo or the last look has
// otherwise than it was sent. What was sent may be written another way than the
// plan has it, and means the same.
func (o Outcome) strays() []Row {
	var rows []Row
	for _, name := range names(o.Plan.after, o.echo, o.now) {
		want := o.Plan.after.get(name)
		echoed := o.echo == nil || same(name, o.echo.get(name), want)
		stored := o.now == nil || same(name, o.now.get(name), want)
		if echoed && stored {
			continue
		}
		row := o.row(name)
		switch {
		case o.echo == nil:
			row.Why = WhyNotKnown
		case echoed:
			row.Why = ChangedSince
		case stored && o.now != nil:
			row.Why = EchoOnly
		default:
			row.Why = NotTaken
		}
		rows = append(rows, row)
	}
	return rows
}

func (o Outcome) row(name string) Row {
	return Row{
		Name:   clean(name),
		Saw:    o.Plan.before.get(name),
		Wanted: o.Plan.after.get(name),
		Echo:   o.echo.get(name),
		Now:    o.now.get(name),
	}
}
