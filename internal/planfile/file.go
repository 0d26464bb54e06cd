package planfile

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	json "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"hdpadmin/internal/change"
)

// The schema and the newest format that this version reads, and the only one that it writes.
const (
	Schema = "hdpadmin/plan"
	Format = 1
)

// maxSize limits a file. 100,000 rows take about half of it.
const maxSize = 96 << 20

// The errors of Read, besides [NewerFormatError].
var (
	ErrNotPlan = errors.New("it is not a plan file")
	ErrEdited  = errors.New("it was edited or cut off after it was written")
	ErrInvalid = errors.New("it is not a valid plan file")
)

// NewerFormatError says that a plan file was written by a newer version.
type NewerFormatError struct{ Format int64 }

func (e *NewerFormatError) Error() string {
	return fmt.Sprintf("it has format %d, but this version of hdpadmin reads only format %d", e.Format, Format)
}

// head holds everything in the file but the rows and the checksum.
type head struct {
	Schema    string    `json:"schema"`
	Format    int64     `json:"format"`
	ID        string    `json:"id"`
	Server    string    `json:"server"`
	Author    string    `json:"author"`
	Created   time.Time `json:"created"`
	Expires   time.Time `json:"expires"`
	Operation string    `json:"operation"`
	Reason    string    `json:"reason,omitzero"`
}

type fileRow struct {
	Account
	Resource change.Resource `json:"resource"`
	Read     string          `json:"read"` // the fingerprint
	// Others are the fingerprints of the properties that hdpclient does not know.
	Others map[string]string `json:"others,omitzero"`
	Edits  []change.Edit     `json:"edits"`
	Notes  []string          `json:"notes,omitzero"`
}

type fileLeftOut struct {
	Account
	Kind string `json:"kind"`
	Why  string `json:"why"`
}

// document is the whole file.
type document struct {
	head
	Rows    []fileRow     `json:"rows"`
	LeftOut []fileLeftOut `json:"leftOut"`
	SHA256  string        `json:"sha256"`
}

// The file ends with the checksum of all bytes before it.
const (
	sealOpen = ",\n  \"sha256\": \""
	sealEnd  = "\"\n}\n"
	sealSize = len(sealOpen) + 2*sha256.Size + len(sealEnd)
)

// Write writes the file, one line per row.
func (p Plan) Write(w io.Writer) error {
	text, err := p.encode()
	if err != nil {
		return err
	}
	if _, err := decode(text); err != nil {
		return fmt.Errorf("the plan cannot be read back: %w", err)
	}
	_, err = w.Write(text)
	return err
}

func (p Plan) encode() ([]byte, error) {
	// A name in an old encoding must not keep a plan from being written.
	lenient := json.JoinOptions(jsontext.AllowInvalidUTF8(true), json.Deterministic(true))
	text, err := json.Marshal(head{
		Schema, Format, p.ID, p.Server, p.Author, p.Created, p.Expires, p.Action.String(), p.Reason,
	}, lenient, jsontext.WithIndent("  "))
	if err != nil {
		return nil, err
	}
	b := bytes.NewBuffer(bytes.TrimSuffix(text, []byte("\n}")))
	list := func(name string, n int, row func(i int) any) {
		fmt.Fprintf(b, ",\n  %q: [", name)
		for i := range n {
			text, wrong := json.Marshal(row(i), lenient)
			err = errors.Join(err, wrong)
			b.WriteString([]string{",\n    ", "\n    "}[min(1, max(0, 1-i))])
			b.Write(text)
		}
		if n > 0 {
			b.WriteString("\n  ")
		}
		b.WriteString("]")
	}
	list("rows", len(p.Rows), func(i int) any {
		r := p.Rows[i]
		return fileRow{r.Account, r.Resource, r.Before, r.Others, r.Edits, r.Notes}
	})
	list("leftOut", len(p.LeftOut), func(i int) any {
		r := p.LeftOut[i]
		return fileLeftOut{r.Account, string(r.Kind), r.Why}
	})
	sum := sha256.Sum256(b.Bytes())
	b.WriteString(sealOpen + hex.EncodeToString(sum[:]) + sealEnd)
	return b.Bytes(), err
}

// Read reads a plan file. The error is a [NewerFormatError], or says why the file must not be
// applied: [ErrNotPlan], [ErrEdited] or [ErrInvalid]. With ErrEdited, the plan is what the file says
// now, for those who only look at it; it is zero if nothing can be made of it.
func Read(r io.Reader) (Plan, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxSize+1))
	switch {
	case err != nil:
		return Plan{}, err
	case len(text) > maxSize:
		return Plan{}, fmt.Errorf("%w: it is larger than %d MiB", ErrNotPlan, maxSize>>20)
	}
	return decode(text)
}

func decode(text []byte) (Plan, error) {
	switch format, ours := formatOf(text); {
	case !ours:
		return Plan{}, ErrNotPlan
	case format > Format:
		return Plan{}, &NewerFormatError{format}
	}
	p, err := decodeDocument(text)
	switch {
	case !isSealed(text):
		return p, ErrEdited
	case err != nil:
		return Plan{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return p, nil
}

func decodeDocument(text []byte) (Plan, error) {
	var d document
	if err := json.Unmarshal(text, &d, json.RejectUnknownMembers(true)); err != nil {
		return Plan{}, err
	}
	p, err := d.plan()
	if err != nil {
		return Plan{}, err
	}
	return p, nil
}

// formatOf reads the format from the start of a file, whatever follows. It returns false if the file
// does not begin like a plan file.
func formatOf(text []byte) (format int64, ours bool) {
	dec := jsontext.NewDecoder(bytes.NewReader(text))
	if t, err := dec.ReadToken(); err != nil || t.Kind() != jsontext.KindBeginObject {
		return 0, false
	}
	values := map[string]jsontext.Value{}
	for len(values) < 2 {
		name, err := dec.ReadToken()
		if err != nil || name.Kind() != jsontext.KindString {
			return 0, false
		}
		key := name.String()
		v, err := dec.ReadValue()
		if err != nil {
			return 0, false
		}
		values[key] = v.Clone()
	}
	if err := json.Unmarshal(values["format"], &format); err != nil {
		return 0, false
	}
	return format, string(values["schema"]) == `"`+Schema+`"` && format > 0
}

func isSealed(text []byte) bool {
	at := len(text) - sealSize
	if at < 0 {
		return false
	}
	sum := sha256.Sum256(text[:at])
	return string(text[at:]) == sealOpen+hex.EncodeToString(sum[:])+sealEnd
}
