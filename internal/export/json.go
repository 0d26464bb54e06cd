package export

import (
	"bufio"
	"iter"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
)

func writeJSON(w *bufio.Writer, rows iter.Seq[account.Account], now time.Time) error {
	var row []cell
	var line []byte
	before := "[\n"
	for a := range rows {
		row = cells(row, a, now)
		var err error
		if line, err = appendObject(append(line[:0], before...), row); err != nil {
			return err
		}
		if _, err := w.Write(line); err != nil {
			return err
		}
		before = ",\n"
	}
	if before != ",\n" {
		_, err := w.WriteString("[]\n")
		return err
	}
	_, err := w.WriteString("\n]\n")
	return err
}

func appendObject(line []byte, row []cell) (_ []byte, err error) {
	for i, c := range row {
		line = append(line, "{,"[min(i, 1)], '"')
		line = append(line, c.name...)
		line = append(line, `":`...)
		if line, err = c.appendJSON(line); err != nil {
			return nil, err
		}
	}
	return append(line, '}'), nil
}

func (c cell) appendJSON(line []byte) ([]byte, error) {
	switch c.kind {
	case fromServer:
		return jsontext.AppendQuote(line, hdpclient.Clean(c.text))
	case word:
		return jsontext.AppendQuote(line, c.text)
	case boolean:
		return strconv.AppendBool(line, c.yes), nil
	case number:
		return strconv.AppendInt(line, c.number, 10), nil
	case list:
		line = append(line, '[')
		for i, id := range c.ids {
			if i > 0 {
				line = append(line, ',')
			}
			line = strconv.AppendInt(line, id, 10)
		}
		return append(line, ']'), nil
	case notKnown, placeholder:
	}
	return append(line, "null"...), nil
}
