package cli

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hdpadmin/internal/desk"
	"hdpadmin/internal/export"
	"hdpadmin/internal/search"
	"hdpadmin/internal/words"
)

// accountArgs say which accounts a command changes: one or several ACCOUNTs, a query or a file.
type accountArgs struct {
	names       []string
	where, from string
	skipUnknown bool
}

const severalHelp = "Several ACCOUNTs, --where or --from make a batch, which needs --yes. If it would\n" +
	"change more than ten accounts, it needs --confirm with their number. All\n" +
	"accounts are found and read before the first one is changed. If one cannot be\n" +
	"found, nothing is sent (exit code 9), unless --skip-unknown is given. The file\n" +
	"of --from has one account per line, or it is a CSV file with a column called id,\n" +
	"account or userName, such as an export."

func (a *accountArgs) addTo(flags *pflag.FlagSet) {
	flags.StringVar(&a.where, "where", "", "change the accounts that match this `query`, as in hdpadmin find")
	flags.StringVar(&a.from, "from", "", "change the accounts that this `file` lists; - is standard input")
	flags.BoolVar(&a.skipUnknown, "skip-unknown", false, "skip accounts that cannot be found, and exit with 8")
}

// take checks the ACCOUNTs and the flags of a command.
func (a *accountArgs) take(c *cobra.Command, args []string) error {
	a.names = args
	byQuery, byFile := c.Flags().Changed("where"), c.Flags().Changed("from")
	switch {
	case byQuery && byFile, (byQuery || byFile) && len(args) > 0:
		return errors.New("use only one of ACCOUNT, --where and --from")
	case byFile && a.from == "":
		return errors.New("--from needs the name of a file, or - for standard input")
	case byQuery:
		q := search.ParseQuery(a.where)
		if err := q.Err(); err != nil {
			return fmt.Errorf("--where: %w", err)
		}
		if q.Empty() {
			return errors.New("--where needs a query; an empty one matches every account")
		}
	case !byFile && len(args) == 0:
		return fmt.Errorf("%s needs accounts: ids or exact user names, --where or --from", c.CommandPath())
	}
	for _, text := range args {
		if err := checkAccount(text); err != nil {
			return err
		}
	}
	return nil
}

// isOne reports whether one ACCOUNT is to be changed, which does not make a batch.
func (a *accountArgs) isOne() bool { return len(a.names) == 1 }

// checkAccount checks the form of an ACCOUNT.
func checkAccount(text string) error {
	if strings.TrimSpace(text) == "" {
		return errors.New("an account needs an id or an exact user name, and this one is empty")
	}
	if name, forced := strings.CutPrefix(text, "name:"); forced && name == "" {
		return errors.New("name: needs a user name after it")
	}
	if id, forced := strings.CutPrefix(text, "id:"); forced {
		if n, err := strconv.ParseInt(id, 10, 64); err != nil || n < 0 || strconv.FormatInt(n, 10) != id {
			return fmt.Errorf("id: needs the id of an account after it, not %q", id)
		}
	}
	return nil
}

// takeStdin returns f for a command that may read the accounts from standard input, which has one
// reader.
func (a *accountArgs) takeStdin(f factory) (factory, error) {
	if !isStdin(a.from) {
		return f, nil
	}
	if err := f.findsPasswordElsewhere("--from -"); err != nil {
		return f, err
	}
	return f.takeStdin("the accounts", "--from -")
}

// line is a text of a file that names an account.
type line struct {
	number  int
	text    string
	literal string // what else text may mean, "" for nothing: a CSV cell as it is, with an apostrophe that may escape a formula
}

// meanings returns everything that the line may mean.
func (l line) meanings() []string {
	if l.literal == "" {
		return []string{l.text}
	}
	return []string{l.text, l.literal}
}

// lines returns the texts that name the accounts; none for a query. It reads the file.
func (a *accountArgs) lines(ctx context.Context, stdin io.Reader) ([]line, error) {
	if a.from == "" {
		var lines []line
		for i, text := range a.names {
			lines = append(lines, line{number: i + 1, text: text})
		}
		return lines, nil
	}
	return untilSignal(ctx, func() ([]line, error) { return a.readFile(stdin) })
}

// readFile reads the texts from the file of --from.
func (a *accountArgs) readFile(stdin io.Reader) ([]line, error) {
	file, name := stdin, "standard input"
	if !isStdin(a.from) {
		opened, err := os.Open(a.from)
		if err != nil {
			return nil, usage(fmt.Errorf("--from: cannot %w", err))
		}
		defer opened.Close() //nolint:errcheck // only read
		file, name = opened, a.from
	}
	lines, err := readLines(file)
	if err != nil {
		return nil, usage(fmt.Errorf("%s: %w", name, err))
	}
	return lines, nil
}

// The limits of a file with accounts.
const (
	maxLines      = 2_000_000
	maxLineLength = 64 << 10
	maxRowLength  = 1 << 20 // a CSV row has several lines if a cell has
)

// readLines reads a list of accounts, one per line, or a CSV file.
func readLines(from io.Reader) ([]line, error) {
	r := bufio.NewReaderSize(from, maxLineLength)
	if start, _ := r.Peek(3); string(start) == "\ufeff" {
		_, _ = r.Discard(len(start)) // it was just peeked
	}
	number, first := 0, ""
	for first == "" {
		text, err := readLine(r)
		if errors.Is(err, io.EOF) {
			return nil, errors.New("it is empty and names no accounts")
		}
		number++
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		first = text
	}
	columns, separator := findColumns(first)
	switch {
	case first == "{", strings.HasPrefix(first, `{"`):
		return nil, fmt.Errorf("line %d is JSON, and not an account; hdpadmin apply takes a plan file", number)
	case columns != nil:
		return readTable(io.MultiReader(strings.NewReader(first+"\n"), r), separator, columns, number-1)
	case strings.ContainsAny(first, separators):
		return nil, fmt.Errorf("line %d looks like the header of a CSV file, but has no column called id, account or userName", number)
	}
	var lines []line
	text, err := first, error(nil)
	for ; !errors.Is(err, io.EOF); text, err = readLine(r) {
		if number > maxLines {
			err = fmt.Errorf("more than %s lines", words.Count(maxLines))
		}
		if text != "" && err == nil {
			err = checkAccount(text)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		if text != "" {
			lines = append(lines, line{number: number, text: text})
		}
		number++
	}
	return lines, nil
}

// readLine returns the next line without the blanks around it, or io.EOF after the last one.
func readLine(r *bufio.Reader) (string, error) {
	text, err := r.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return "", errors.New("the line is too long; is this a list of accounts?")
	case err != nil && !errors.Is(err, io.EOF):
		return "", err
	case len(text) == 0:
		return "", io.EOF
	case !utf8.Valid(text) || slices.Contains(text, 0):
		return "", errors.New("the line is not UTF-8 text")
	}
	return strings.TrimSpace(string(text)), nil
}

// separators are those that spreadsheets write between the cells of a CSV file.
const separators = ",;\t"

// findColumns returns the positions of the columns that name an account, the safest first, if the line
// is the header of a CSV file.
func findColumns(header string) (columns []column, separator rune) {
	for _, separator := range separators {
		r := csv.NewReader(strings.NewReader(header))
		r.Comma = separator
		cells, err := r.Read()
		if err != nil {
			continue
		}
		for _, known := range []column{{name: "id", prefix: "id:"}, {name: "account"}, {name: "userName", prefix: "name:"}} {
			isKnown := func(cell string) bool { return strings.EqualFold(strings.TrimSpace(cell), known.name) }
			if known.at = slices.IndexFunc(cells, isKnown); known.at >= 0 {
				columns = append(columns, known)
			}
		}
		if columns != nil {
			return columns, separator
		}
	}
	return nil, 0
}

// column is a column of a CSV file that names an account.
type column struct {
	name   string
	prefix string // put before its texts, such as "id:"
	at     int
}

// readTable reads the rows of a CSV file. A row that is shorter than the header may have been cut off,
// so its id may have lost digits.
func readTable(from io.Reader, separator rune, columns []column, skipped int) (lines []line, err error) {
	row := &rowLimit{from: from, left: maxRowLength}
	table := csv.NewReader(row)
	table.Comma = separator
	if _, err := table.Read(); err != nil {
		return nil, fmt.Errorf("line %d: %w", skipped+1, err)
	}
	for {
		row.left = maxRowLength
		cells, err := table.Read()
		var wrong *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return lines, nil
		case errors.As(err, &wrong):
			return nil, fmt.Errorf("line %d: %w", skipped+wrong.Line, wrong.Err)
		case err != nil:
			return nil, fmt.Errorf("after %s: %w", words.Plural(len(lines), "row"), err)
		}
		at, _ := table.FieldPos(0)
		next, err := readRow(cells, columns)
		if err == nil && len(lines) == maxLines {
			err = fmt.Errorf("more than %s rows", words.Count(maxLines))
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", skipped+at, err)
		}
		if next.text != "" {
			next.number = skipped + at
			lines = append(lines, next)
		}
	}
}

// rowLimit ends a row that does not end, which the CSV reader would keep whole.
type rowLimit struct {
	from io.Reader
	left int // bytes
}

func (l *rowLimit) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, errors.New("the row is too long; is a quotation mark missing?")
	}
	n, err := l.from.Read(p)
	l.left -= n
	return n, err
}

// readRow returns no text for a row without any.
func readRow(cells []string, columns []column) (line, error) {
	for _, c := range columns {
		cell := cells[c.at]
		if strings.TrimSpace(cell) == "" {
			continue
		}
		if !utf8.ValidString(cell) || strings.Contains(cell, "\x00") {
			return line{}, fmt.Errorf("the %s is not UTF-8 text", c.name)
		}
		if c.name == "id" {
			cell = strings.TrimSpace(cell)
		}
		next := line{text: c.prefix + export.Unescape(cell)}
		if literal := c.prefix + cell; literal != next.text {
			next.literal = literal
		}
		return next, checkAccount(next.text)
	}
	for _, cell := range cells {
		if strings.TrimSpace(cell) != "" {
			return line{}, errors.New("the row names no account")
		}
	}
	return line{}, nil
}

// selection holds the accounts that a batch is about.
type selection struct {
	desk.Resolved
	unknown []unknownLine // skipped
}

// unknownLine is a text that does not name an account.
type unknownLine struct {
	place string // "line 3"
	text  string
	err   error
}

// find finds the accounts on the server. Unless some may be skipped, its error lists all texts that do
// not name an account.
func (a *accountArgs) find(ctx context.Context, d session, lines []line) (selection, error) {
	if a.where != "" {
		list, err := d.ReadList(ctx)
		if err != nil {
			return selection{}, fmt.Errorf("nothing was sent: %w", err)
		}
		found := desk.Matches(list, search.ParseQuery(a.where), d.now())
		return selection{Resolved: desk.Resolved{Accounts: found, List: list}}, nil
	}
	places := map[string][]string{} // of texts that are on several lines
	var texts [][]string
	for _, l := range lines {
		key := strings.Join(l.meanings(), "\x00")
		if places[key] == nil {
			texts = append(texts, l.meanings())
		}
		places[key] = append(places[key], strconv.Itoa(l.number))
	}
	found, err := d.ResolveAll(ctx, texts)
	if err != nil {
		return selection{}, err
	}
	s := selection{Resolved: found}
	for _, u := range found.Unresolved {
		meant := texts[u.Index]
		s.unknown = append(s.unknown, unknownLine{a.place(places[strings.Join(meant, "\x00")]), meant[0], u.Err})
	}
	if len(s.unknown) > 0 && !a.skipUnknown {
		return selection{}, s.unknownError(len(texts))
	}
	return s, nil
}

// place says where a text was given.
func (a *accountArgs) place(numbers []string) string {
	word := "argument"
	if a.from != "" {
		word = "line"
	}
	if len(numbers) > 1 {
		word += "s"
	}
	return word + " " + strings.Join(numbers, ", ")
}

// unknownError lists every text that does not name an account.
func (s *selection) unknownError(texts int) error {
	var message strings.Builder
	fmt.Fprintf(&message, "nothing was sent: %d of %s cannot be found; --skip-unknown continues with the others", len(s.unknown), words.Plural(texts, "account"))
	for _, u := range s.unknown {
		fmt.Fprintf(&message, "\n  %s: %s", u.place, u.err)
	}
	return codedError{errors.New(message.String()), notOne}
}
