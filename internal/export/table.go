package export

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"strings"
)

// Table writes rows of texts as CSV with a header of names. It escapes formulas, as
// Write does.
func Table(w io.Writer, names []string, rows iter.Seq[[]string]) error {
	b := bufio.NewWriter(w)
	_, err := b.WriteString(byteOrderMark + strings.Join(names, ",") + "\n")
	for row := range rows {
		for i, text := range row {
			row[i] = `"` + strings.ReplaceAll(escapeFormulas(text), `"`, `""`) + `"`
		}
		if _, err = b.WriteString(strings.Join(row, ",") + "\n"); err != nil {
			break
		}
	}
	if err == nil {
		err = b.Flush()
	}
	if err != nil {
		return fmt.Errorf("export a table: %w", err)
	}
	return nil
}
