package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/desk"
	"hdpadmin/internal/explain"
)

// explained puts err into words, and says what to do about it.
func explained(err error) (message, hint string) {
	var several *desk.AmbiguousError
	switch {
	case errors.As(err, new(*desk.NotFoundError)):
		return err.Error(), "hdpadmin find searches for part of a name."
	case errors.As(err, &several):
		return err.Error(), fmt.Sprintf("Use the id of the one you mean, as in id:%d.", several.Found[0].ID)
	case !errors.As(err, new(*hdpclient.Error)):
		return err.Error(), ""
	}
	p := explain.Error(err)
	return joinSentences(p.Lead, p.Means), nextStep(p)
}

// inWords puts an error into words, with what to do about it, and keeps its exit code.
func inWords(err error) error {
	if err == nil {
		return nil
	}
	message, hint := explained(err)
	switch {
	case message == err.Error() && hint == "":
		return err
	case hint != "" && !strings.HasSuffix(message, "."):
		message += "."
	}
	return codedError{errors.New(strings.TrimSpace(message + " " + hint)), exitCode(err)}
}

// inJSON prints err as one JSON object and returns an error that only has its exit code.
func (p *process) inJSON(err error) error {
	if err == nil || strings.TrimSpace(err.Error()) == "" { // all silent
		return err
	}
	type failure struct {
		Code    int    `json:"code"` // the exit code
		Message string `json:"message"`
		Hint    string `json:"hint,omitempty"`
	}
	message, hint := explained(err)
	text, wrong := marshal(struct {
		Schema string  `json:"schema"`
		Error  failure `json:"error"`
	}{schema, failure{exitCode(err), p.inSession(toPrintable(strings.TrimSpace(message))), p.inSession(hint)}})
	if wrong == nil {
		wrong = writeIndented(p.stderr, text)
	}
	if wrong != nil {
		return fmt.Errorf("%w; %w", err, wrong)
	}
	return silentError(exitCode(err))
}

// asksForJSON reports whether the arguments, which may be wrong, have a flag that makes errors JSON.
func asksForJSON(args []string) bool {
	return slices.ContainsFunc(args, func(arg string) bool {
		name, _, _ := strings.Cut(arg, "=")
		return name == "--json" || name == "--ndjson" || name == "--jq"
	})
}
