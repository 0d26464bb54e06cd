package welcome

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/explain"
	"hdpadmin/internal/probe"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/theme"
)

// attempt is one attempt to connect, step by step.
type attempt struct {
	target  Target
	steps   []probe.Step
	ctx     context.Context
	cancel  context.CancelFunc
	done    func()
	found   []string // results of the steps that succeeded
	noList  bool     // the last step found that the login may not list accounts
	err     error    // of the step that failed
	running bool
}

// stepMsg carries the result of a step.
type stepMsg struct {
	of    *attempt
	found string
	err   error
}

func (t *attempt) step() tea.Cmd {
	try := t.steps[len(t.found)].Try
	return func() tea.Msg {
		found, err := try(t.ctx)
		return stepMsg{t, found, err}
	}
}

// drawSteps draws the steps that succeeded, and the running or failed one with the reason and what to
// do.
func (t *attempt) drawSteps(th theme.Theme, w int) []string {
	name := 0
	for _, s := range t.steps {
		name = max(name, frame.Width(s.Name))
	}
	var lines []string
	step := func(sign, what string, i int) {
		lines = append(lines, sign+" "+th.Text.Render(frame.Fit(t.steps[i].Name, name, th.Signs.Ellipsis))+"  "+what)
	}
	for i, found := range t.found {
		sign := th.Good.Render(th.Signs.Good)
		if t.noList && i == len(t.found)-1 {
			sign = th.Caution.Render(th.Signs.Caution)
		}
		step(sign, th.Muted.Render(found), i)
	}
	switch at := len(t.found); {
	case t.running:
		step(th.Muted.Render(th.Signs.Dot), th.Caution.Render("trying"+th.Signs.Ellipsis), at)
	case errors.Is(t.err, errStopped):
		step(th.Caution.Render(th.Signs.Caution), th.Caution.Render("stopped"), at)
	case t.err != nil:
		lead, next := explainStep(t.err)
		step(th.Bad.Render(th.Signs.Bad), "", at)
		lines = append(lines, frame.Paragraph(th.Bad, "  ", lead, w)...)
		lines = append(lines, frame.Paragraph(th.Text, "  ", next, w)...)
	}
	return lines
}

// explainStep says why a step failed and what may help.
func explainStep(err error) (lead, next string) {
	e, is := errors.AsType[*hdpclient.Error](err)
	switch {
	case !is || e.Status == 0:
		p := explain.Unreachable(err)
		return p.Lead, p.Next
	case errors.Is(err, hdpclient.ErrUnauthorized):
		return explain.Error(err).Lead, "Type the password again. By default, three wrong passwords lock the account. " +
			"The password may also have expired, or the account may already be locked."
	}
	p := explain.Error(err)
	if e.Body != hdpclient.BodyEnvelope {
		return p.Lead, "Check the address and its port. A gateway or proxy may have answered instead of HDP, or HDP is starting."
	}
	return p.Lead, p.Means
}
