package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/explain"
)

// schema names the format of every JSON document. Fields are only ever added to it.
const schema = "hdpadmin/1"

// head begins every JSON document.
type head struct {
	Schema  string `json:"schema"`
	Changed bool   `json:"changed"`
	Outcome string `json:"outcome"`
}

// aRead is the head of a document that only reports what was read.
func aRead() head { return head{Schema: schema, Outcome: "read"} }

// writeJSON prints one document.
func writeJSON(w io.Writer, document any) error {
	text, err := json.MarshalIndent(document, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

// explained puts err into words, and says what to do about it.
func explained(err error) (message, hint string) {
	var e *hdpclient.Error
	if !errors.As(err, &e) {
		return err.Error(), ""
	}
	p := explain.Error(err)
	return strings.TrimSpace(p.Lead + " " + p.Means), nextStep(p)
}

// inWords puts the error of a request into words and keeps its exit code.
func inWords(err error) error {
	if err == nil || !errors.As(err, new(*hdpclient.Error)) {
		return err
	}
	message, hint := explained(err)
	return codedError{errors.New(strings.TrimSpace(message + " " + hint)), exitCode(err)}
}

// inJSON prints err as one JSON object and returns an error that only has its exit code.
func inJSON(stderr io.Writer, err error) error {
	if err == nil || strings.TrimSpace(err.Error()) == "" { // all silent
		return err
	}
	type failure struct {
		Code    int    `json:"code"` // the exit code
		Message string `json:"message"`
		Hint    string `json:"hint,omitempty"`
	}
	message, hint := explained(err)
	document := struct {
		Schema string  `json:"schema"`
		Error  failure `json:"error"`
	}{schema, failure{exitCode(err), toPrintable(strings.TrimSpace(message)), hint}}
	if wrong := writeJSON(stderr, document); wrong != nil {
		return fmt.Errorf("%w; %w", err, wrong)
	}
	return silentError(exitCode(err))
}
