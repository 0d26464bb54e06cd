package ui

import (
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/export"
	"hdpadmin/internal/words"
	"hdpadmin/ui/confirm"
	"hdpadmin/ui/exportform"
	"hdpadmin/ui/frame"
)

// exportShown asks for a file for the accounts shown, as they are now.
func (m *list) exportShown() tea.Cmd {
	rows, now := slices.Collect(m.lookup.Rows()), m.opts.Clock.Now()
	m.stack.Push(exportform.New(exportform.Export{
		Title: "Export", Rows: len(rows), Endings: []string{".csv", ".json"},
		About: words.Plural(len(rows), "account") + ", as shown. End the name in .csv or .json. The file is readable only by you.",
		Path:  "accounts-" + now.Format(time.DateOnly) + ".csv",
		Write: func(path string, w io.Writer) error {
			format, _ := export.FormatOf(path)
			return export.Write(w, format, slices.Values(rows), now)
		},
	}))
	return nil
}

// exportedMsg is the result of writing a file.
type exportedMsg struct {
	from *exportform.Model
	path string
	rows int
	err  error
}

// overwriteMsg confirms that a file may be replaced.
type overwriteMsg struct{ to exportform.WriteMsg }

// keepFileMsg says that the file must be kept.
type keepFileMsg struct{ to exportform.WriteMsg }

func (m *list) takeExport(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case exportform.WriteMsg:
		return m.writeFile(msg, export.Save), true
	case overwriteMsg:
		return m.writeFile(msg.to, export.Replace), true
	case keepFileMsg:
		msg.to.From.ShowError("")
	case exportedMsg:
		return m.finishExport(msg), true
	default:
		return nil, false
	}
	return nil, true
}

func (m *list) writeFile(to exportform.WriteMsg, how func(string, func(io.Writer) error) error) tea.Cmd {
	return func() tea.Msg {
		err := how(to.Path, func(w io.Writer) error { return to.From.Write(to.Path, w) })
		return exportedMsg{to.From, to.Path, to.From.Rows, err}
	}
}

func (m *list) finishExport(e exportedMsg) tea.Cmd {
	switch {
	case errors.Is(e.err, fs.ErrExist):
		to := exportform.WriteMsg{From: e.from, Path: e.path}
		return m.stack.PushGated(&confirm.Model{
			Title: "Replace the file?", Text: hdpclient.Clean(e.path) + " exists. Its contents will be lost.",
			Yes: "replace", No: "keep it", OnYes: overwriteMsg{to}, OnNo: keepFileMsg{to},
		})
	case e.err != nil:
		e.from.ShowError(hdpclient.Clean(e.err.Error()))
		return nil
	}
	m.stack.Close(e.from)
	if absolute, err := filepath.Abs(e.path); err == nil {
		e.path = absolute
	}
	text, path := "Wrote "+words.Plural(e.rows, "row")+" to ", hdpclient.Clean(e.path)
	if over := frame.Width(text+path) - (m.width - 4); over > 0 { // the end of a path identifies the file
		path = ansi.TruncateLeft(path, over+1, m.theme.Signs.Ellipsis)
	}
	m.say(good, text+path)
	return m.entries.write(func(t *audit.Log) error { return t.Exported(e.path, e.rows) })
}
