package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"hdpadmin/internal/serve/setup"
	"hdpadmin/internal/shell"
)

func serveInitCommand(f settingFlags) *cobra.Command {
	var o serveOptions
	c := &cobra.Command{
		Use:   "init",
		Short: "Write a commented configuration and an empty operators file",
		Long: "init writes serve.toml, which explains every option, and operators.toml, which\n" +
			"explains how to add an operator. Only their owner can read them. Files that exist\n" +
			"are kept.",
		Example: "  hdpadmin serve init --config /etc/hdpadmin/serve.toml",
		Args:    noArgs,
		RunE:    func(*cobra.Command, []string) error { return o.init(f.process) },
	}
	o.addTo(c)
	return c
}

func (o *serveOptions) init(p *process) error {
	path, folders, err := o.file(p)
	if err != nil {
		return err
	}
	s, _ := setup.Inspect(path, folders, nil) // an earlier one may name the operators file
	for _, one := range [][2]string{{path, setup.Template(folders)}, {s.Operators, setup.OperatorsTemplate()}} {
		if err := createFile(p.stdout, one[0], one[1], 0o600); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(p.stdout, "\nSet the server in the first, add operators to the second, then run:\n  hdpadmin serve check --config %s\n", toPrintable(shell.QuotePath(path)))
	return err
}

// createFile writes a new file and says so. It leaves a file that exists as it is.
func createFile(out io.Writer, path, content string, mode fs.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	text := "Created " + path
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	switch {
	case errors.Is(err, fs.ErrExist):
		text = path + " already exists; not overwritten"
	case err != nil:
		return err
	default:
		_, err = f.WriteString(content)
		if err = errors.Join(err, f.Close()); err != nil {
			return errors.Join(err, os.Remove(path))
		}
	}
	_, err = fmt.Fprintln(out, toPrintable(text))
	return err
}
