package export

import (
	"bufio"
	"iter"
	"strconv"
	"strings"
	"time"

	"hdpadmin/internal/account"
)

// byteOrderMark begins every CSV file. Without it, Excel reads UTF-8 in the machine's
// code page.
const byteOrderMark = "\ufeff"

// writeCSV quotes every text, so that no spreadsheet splits one, whatever its
// separator.
func writeCSV(w *bufio.Writer, rows iter.Seq[account.Account], now time.Time) error {
	row := cells(nil, account.Account{}, now)
	line := []byte(byteOrderMark)
	for i, c := range row {
		line = append(line, c.name...)
		line = append(line, ",\n"[i/(len(row)-1)])
	}
	if _, err := w.Write(line); err != nil {
		return err
	}
	for a := range rows {
		row = cells(row, a, now)
		line = line[:0]
		for i, c := range row {
			line = c.appendCSV(line)
			line = append(line, ",\n"[i/(len(row)-1)])
		}
		if _, err := w.Write(line); err != nil {
			return err
		}
	}
	return nil
}

func (c cell) appendCSV(line []byte) []byte {
	switch c.kind {
	case fromServer:
		line = append(line, '"')
		line = append(line, strings.ReplaceAll(escapeFormulas(c.text), `"`, `""`)...)
		return append(line, '"')
	case word, boolean, placeholder:
		return append(line, c.text...)
	case number:
		return strconv.AppendInt(line, c.number, 10)
	case list:
		line = append(line, '"')
		for i, id := range c.ids {
			if i > 0 {
				line = append(line, ' ')
			}
			line = strconv.AppendInt(line, id, 10)
		}
		return append(line, '"')
	case notKnown:
	}
	return line
}
