package export

import (
	"io"
	"iter"
	"strconv"
	"strings"
	"time"

	"hdpadmin/internal/account"
)

// byteOrderMark begins every CSV file. Without it, Excel reads UTF-8 in the machine's
// code page.
const byteOrderMark = "\ufeff"

func writeCSV(w io.Writer, rows iter.Seq[account.Account], now time.Time) error {
	c := NewCSV(w, Columns{})
	for a := range rows {
		if err := c.Write(a, now); err != nil {
			return err
		}
	}
	return c.Flush()
}

// appendCSV quotes every text, so that no spreadsheet splits one, whatever its separator.
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
