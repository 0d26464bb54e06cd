package export

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
)

// Columns are fields of an account, in the order in which they are written. The zero
// Columns holds all of them.
type Columns struct{ picked []int }

// AllColumns returns the names of all fields.
func AllColumns() []string {
	var names []string
	for _, c := range cells(nil, account.Account{}, time.Time{}) {
		names = append(names, c.name)
	}
	return names
}

// UnknownColumnError says that an account has no field of this name.
type UnknownColumnError struct{ Name string }

func (e *UnknownColumnError) Error() string {
	return fmt.Sprintf("accounts have no field %s", hdpclient.Clean(e.Name))
}

// PickColumns returns the columns of these names, each once. The error is an
// [UnknownColumnError].
func PickColumns(names ...string) (Columns, error) {
	var c Columns
	all := AllColumns()
	for _, name := range names {
		i := slices.Index(all, name)
		if i < 0 {
			return Columns{}, &UnknownColumnError{name}
		}
		if !slices.Contains(c.picked, i) {
			c.picked = append(c.picked, i)
		}
	}
	return c, nil
}

// AppendObject appends the account as a JSON object, with its state at now.
func (c Columns) AppendObject(line []byte, a account.Account, now time.Time) ([]byte, error) {
	return appendObject(line, c.of(cells(nil, a, now)))
}

// of returns the cells of the columns.
func (c Columns) of(row []cell) []cell {
	if c.picked == nil {
		return row
	}
	picked := make([]cell, len(c.picked))
	for i, at := range c.picked {
		picked[i] = row[at]
	}
	return picked
}

// CSVWriter writes accounts as CSV, one by one, as Write does.
type CSVWriter struct {
	to      *bufio.Writer
	columns Columns
	row     []cell
	line    []byte
}

// NewCSV returns a writer of these columns, and further ones with texts.
func NewCSV(w io.Writer, columns Columns, further ...string) *CSVWriter {
	c := &CSVWriter{to: bufio.NewWriterSize(w, 64<<10), columns: columns}
	var names []string
	for _, one := range columns.of(cells(nil, account.Account{}, time.Time{})) {
		names = append(names, one.name)
	}
	_, _ = c.to.WriteString(byteOrderMark + strings.Join(append(names, further...), ",") + "\n") // Flush returns the error
	return c
}

// Write writes an account, with its state at now, and the texts of the further columns.
func (c *CSVWriter) Write(a account.Account, now time.Time, further ...string) error {
	c.row, c.line = cells(c.row, a, now), c.line[:0]
	for _, one := range c.columns.of(c.row) {
		c.line = append(one.appendCSV(c.line), ',')
	}
	for _, text := range further {
		c.line = append(cell{kind: fromServer, text: text}.appendCSV(c.line), ',')
	}
	c.line[len(c.line)-1] = '\n'
	_, err := c.to.Write(c.line)
	return err
}

// Flush writes what is still buffered.
func (c *CSVWriter) Flush() error { return c.to.Flush() }
