package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"hdpadmin/internal/account"
	"hdpadmin/internal/export"
	"hdpadmin/internal/words"
)

// listing is the answer of a command that lists accounts.
type listing struct {
	accounts []account.Account
	fuzzy    bool      // none contains the words that were searched for
	broken   error     // why the list broke off, nil if it is complete
	now      time.Time // the server's, in the operator's zone
}

// printListing prints the accounts in the format that was asked for. A list that broke off is an error
// after what came of it.
func (f factory) printListing(ctx context.Context, l listing) (err error) {
	switch {
	case l.broken != nil && len(l.accounts) == 0:
		return l.broken
	case f.ndjson:
		err = f.printLines(ctx, l)
	case f.json:
		err = f.printList(ctx, l)
	case f.csv:
		err = f.printCSV(l)
	default:
		err = writeTable(f.stdout, l)
	}
	if err != nil {
		return err
	}
	if l.broken == nil {
		l.tellMore(f.notices())
	}
	return l.broken
}

// tellMore says what the list itself does not show.
func (l listing) tellMore(to io.Writer) {
	switch {
	case len(l.accounts) == 0:
		_, _ = fmt.Fprintln(to, "No account matches.")
	case l.fuzzy:
		_, _ = fmt.Fprintln(to, "No account matches. These have the same letters in the same order.")
	case isTerminal(to):
		_, _ = fmt.Fprintln(to, words.Plural(len(l.accounts), "account")+".")
	}
}

// printLines prints one object per account, and the end.
func (f factory) printLines(ctx context.Context, l listing) (err error) {
	b := bufio.NewWriterSize(f.stdout, 64<<10)
	start := fmt.Sprintf(`{"type":"account","schema":%q,"changed":false,"outcome":%q,"account":`, schema, readHead().Outcome)
	var line []byte
	for _, a := range l.accounts {
		line, err = f.columns.AppendObject(append(line[:0], start...), a, l.now)
		if err == nil {
			err = f.write(ctx, b, json.RawMessage(append(line, '}')))
		}
		if err != nil {
			_ = b.Flush() // the first error says more
			return err
		}
	}
	if err := f.end(ctx, b, readHead(), len(l.accounts), l.broken == nil, nil); err != nil {
		_ = b.Flush()
		return err
	}
	return b.Flush()
}

// printList prints one document, with an account per line.
func (f factory) printList(ctx context.Context, l listing) error {
	var text bytes.Buffer
	fmt.Fprintf(&text, "{\n  \"schema\": %q,\n  \"changed\": false,\n  \"outcome\": %q,\n  \"count\": %d,\n  \"complete\": %t,\n  \"fuzzy\": %t,\n  \"accounts\": [",
		schema, readHead().Outcome, len(l.accounts), l.broken == nil, l.fuzzy)
	between := "\n    "
	for _, a := range l.accounts {
		line, err := f.columns.AppendObject(append(text.AvailableBuffer(), between...), a, l.now)
		if err != nil {
			return err
		}
		text.Write(line)
		between = ",\n    "
	}
	if len(l.accounts) > 0 {
		text.WriteString("\n  ")
	}
	text.WriteString("]\n}\n")
	if f.filter != nil {
		return f.writeFiltered(ctx, f.stdout, text.Bytes())
	}
	_, err := f.stdout.Write(text.Bytes())
	return err
}

func (f factory) printCSV(l listing) error {
	w := export.NewCSV(f.stdout, f.columns)
	for _, a := range l.accounts {
		if err := w.Write(a, l.now); err != nil {
			return err
		}
	}
	return w.Flush()
}

// widestName is how wide a column may get for the sake of a few long names.
const widestName = 40

// writeTable prints a table for people, with the words of the console's list.
func writeTable(w io.Writer, l listing) error {
	if len(l.accounts) == 0 {
		return nil
	}
	row := func(a account.Account) [5]string {
		tenant := a.TenantName.String()
		if tenant == "" && a.TenantID != 0 {
			tenant = strconv.FormatInt(a.TenantID, 10)
		}
		return [...]string{a.IDWord(), a.Name.String(), tenant, a.StatusWord(l.now), a.PasswordWord(l.now)}
	}
	titles := [...]string{"ID", "USER", "TENANT", "STATUS", "PASSWORD"}
	widths := [len(titles)]int{}
	for i, title := range titles {
		widths[i] = len(title)
	}
	for _, a := range l.accounts {
		for i, text := range row(a) {
			widths[i] = max(widths[i], min(cellWidth(text), widestName))
		}
	}
	b := bufio.NewWriterSize(w, 64<<10)
	writeRow := func(cells [len(titles)]string) error {
		line := b.AvailableBuffer()
		for i, text := range cells {
			pad := strings.Repeat(" ", max(0, widths[i]-cellWidth(text)))
			switch i {
			case 0: // a number
				line = append(line, pad+text...)
			case len(cells) - 1:
				line = append(line, "  "+text+"\n"...)
			default:
				line = append(line, "  "+text+pad...)
			}
		}
		_, err := b.Write(line)
		return err
	}
	if err := writeRow(titles); err != nil {
		return err
	}
	for _, a := range l.accounts {
		if err := writeRow(row(a)); err != nil {
			return err
		}
	}
	return b.Flush()
}

// cellWidth returns how many cells of a terminal the text takes.
func cellWidth(text string) int {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return ansi.StringWidth(text)
		}
	}
	return len(text)
}
