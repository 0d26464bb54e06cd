package cli

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/itchyny/gojq"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hdpadmin/config"
	"hdpadmin/internal/account"
	"hdpadmin/internal/export"
)

// schema names the format of every JSON document. Fields are only ever added to it.
const schema = "hdpadmin/1"

// head begins every JSON document.
type head struct {
	Schema  string `json:"schema"`
	Changed bool   `json:"changed"`
	Outcome string `json:"outcome"`
}

func (h head) top() head { return h }

// document is a JSON document. It embeds its head first.
type document interface{ top() head }

// readHead is the head of a document that only reports what was read.
func readHead() head { return head{Schema: schema, Outcome: "read"} }

// output says how a command prints its answer: as sentences for people, or in one of three formats
// for programs. A command adds the flags of the formats that it has.
type output struct {
	json, ndjson, csv bool
	fields            []string
	expression        string

	offered string         // the flags of the formats, in words
	columns export.Columns // of accounts
	filter  *gojq.Code     // nil: prints objects as they are
}

// format is a format for programs.
type format int

const (
	asJSON   format = iota // one document
	asNDJSON               // one object per line
	asCSV                  // a table
)

// addTo adds the flags of the formats to those of a command.
func (o *output) addTo(flags *pflag.FlagSet, formats ...format) {
	var names []string
	for _, f := range formats {
		switch f {
		case asJSON:
			flags.BoolVar(&o.json, "json", false, "print one JSON document")
			names = append(names, "--json")
		case asNDJSON:
			flags.BoolVar(&o.ndjson, "ndjson", false, `print one JSON object per line; the last has "type":"end"`)
			names = append(names, "--ndjson")
		case asCSV:
			flags.BoolVar(&o.csv, "csv", false, "print a CSV table")
			names = append(names, "--csv")
		}
	}
	o.offered = orList(names)
	flags.StringSliceVar(&o.fields, "fields", nil, "print only these fields of accounts: `names`, separated by commas; needs "+o.offered)
	flags.StringVar(&o.expression, "jq", "", "print the results of this jq `expression` instead of the JSON; implies --json")
}

// orList joins names as in "a, b or c".
func orList(names []string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// run runs a command with its streams. It checks the output flags first, cancels the context on a
// signal, and puts the error into words or into one JSON object.
func (o *output) run(c *cobra.Command, s settingFlags, command func(context.Context, factory) error) error {
	err := usage(o.check(c.Flags()))
	f := newFactory(s, *o)
	if err == nil {
		ctx, signals := f.catchSignals(c.Context())
		defer signals.stop()
		f.signals = signals
		err = signals.orError(command(ctx, f))
	}
	switch code := exitCode(err); {
	case errors.Is(err, errPipeClosed) && (code == failed || code == errPipeClosed.ExitCode()):
		return errPipeClosed
	case o.isJSON():
		return f.inJSON(err)
	}
	return inWords(err)
}

// check completes the output flags that were given, and reports those that make no sense.
func (o *output) check(flags *pflag.FlagSet) (err error) {
	hasFilter := flags.Changed("jq")
	switch {
	case o.json && o.ndjson, o.json && o.csv, o.ndjson && o.csv:
		return errors.New("use only one of " + strings.ReplaceAll(o.offered, " or ", " and "))
	case hasFilter && o.csv:
		return errors.New("--jq filters JSON and cannot be used with --csv")
	case hasFilter && !o.ndjson:
		o.json = true
	}
	if flags.Changed("fields") {
		switch {
		case !o.isJSON() && !o.csv:
			return errors.New("--fields needs " + o.offered)
		case len(o.fields) == 0:
			return errors.New("--fields needs names of fields: " + strings.Join(export.AllColumns(), ", "))
		}
		for i, name := range o.fields {
			o.fields[i] = strings.TrimSpace(name)
		}
		o.columns, err = export.PickColumns(o.fields...)
		var wrong *export.UnknownColumnError
		if errors.As(err, &wrong) {
			return fmt.Errorf("--fields: %w%s\nFields: %s", err, config.Suggest(wrong.Name, export.AllColumns()), strings.Join(export.AllColumns(), ", "))
		}
	}
	if hasFilter {
		o.filter, err = compile(o.expression)
	}
	return err
}

// compile compiles a jq expression. It sees no environment, where passwords may be.
func compile(expression string) (*gojq.Code, error) {
	query, err := gojq.Parse(expression)
	if err != nil {
		return nil, fmt.Errorf("--jq: %w", err)
	}
	code, err := gojq.Compile(query)
	if err != nil {
		return nil, fmt.Errorf("--jq: %w", err)
	}
	return code, nil
}

// isJSON reports whether objects are printed. Then standard error has one object or nothing.
func (o output) isJSON() bool { return o.json || o.ndjson }

// isForPeople reports whether sentences are printed.
func (o output) isForPeople() bool { return !o.isJSON() && !o.csv }

// object returns the fields of an account that are asked for.
func (o output) object(a account.Account, now time.Time) (json.RawMessage, error) {
	return o.columns.AppendObject(nil, a, now)
}

// print prints the only document of a command. With --ndjson, it is a line of this type, and the
// end follows.
func (o output) print(ctx context.Context, w io.Writer, kind string, d document) error {
	if !o.ndjson {
		return o.write(ctx, w, d)
	}
	text, err := marshal(d)
	if err != nil {
		return err
	}
	line := append([]byte(`{"type":`+strconv.Quote(kind)+`,`), bytes.TrimPrefix(text, []byte("{"))...)
	if err := o.write(ctx, w, json.RawMessage(line)); err != nil {
		return err
	}
	return o.end(ctx, w, d.top(), 1, true, nil)
}

// end prints the last object of --ndjson: how many came before it, and whether those are all.
func (o output) end(ctx context.Context, w io.Writer, h head, count int, complete bool, plan *writtenPlan) error {
	return o.write(ctx, w, struct {
		Type string `json:"type"`
		head
		Count    int          `json:"count"`
		Complete bool         `json:"complete"`
		Plan     *writtenPlan `json:"plan,omitempty"`
	}{"end", h, count, complete, plan})
}

// write prints an object, or what --jq makes of it.
func (o output) write(ctx context.Context, w io.Writer, object any) error {
	text, err := marshal(object)
	if err != nil {
		return err
	}
	if o.filter != nil {
		return o.writeFiltered(ctx, w, text)
	}
	if o.json {
		return writeIndented(w, text)
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

// writeFiltered prints each result of the filter on a line: strings as they are, anything else as JSON.
func (o output) writeFiltered(ctx context.Context, w io.Writer, text []byte) (err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber() // ids may be longer than a float's digits
	var object any
	if err := d.Decode(&object); err != nil {
		return err
	}
	lines, isBuffered := w.(*bufio.Writer)
	if !isBuffered {
		lines = bufio.NewWriterSize(w, 64<<10)
		defer func() { err = cmp.Or(err, lines.Flush()) }()
	}
	results := o.filter.RunWithContext(ctx, object)
	for {
		result, more := results.Next()
		if !more {
			return nil
		}
		line, err := lineOf(result)
		if err == nil {
			_, err = lines.Write(line)
		}
		var halt *gojq.HaltError
		switch {
		case errors.As(err, &halt) && halt.Value() == nil:
			return nil
		case err != nil:
			return err
		}
	}
}

// lineOf returns a result of a filter as a line, or the error that it is.
func lineOf(result any) ([]byte, error) {
	switch result := result.(type) {
	case error:
		return nil, codedError{fmt.Errorf("--jq: %w", result), failed}
	case string:
		return append([]byte(result), '\n'), nil
	}
	line, err := gojq.Marshal(result)
	return append(line, '\n'), err
}

// marshal returns the JSON of an object on one line.
func marshal(object any) ([]byte, error) {
	if text, done := object.(json.RawMessage); done {
		return text, nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(object); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

func writeIndented(w io.Writer, text []byte) error {
	var b bytes.Buffer
	if err := json.Indent(&b, text, "", "  "); err != nil {
		return err
	}
	b.WriteByte('\n')
	_, err := w.Write(b.Bytes())
	return err
}
