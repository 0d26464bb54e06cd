package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"hdpadmin/config"
	"hdpadmin/internal/credential"
)

// keyringCommand puts the operator's password into the keyring of the desktop,
// and takes it out. It is typed, and never an argument.
func keyringCommand(f settingFlags) *cobra.Command {
	c := &cobra.Command{
		Use:   "keyring",
		Short: "Keep your password in the keyring of your desktop",
		Args:  noPasswordArg,
		RunE: func(*cobra.Command, []string) error {
			return usage(errors.New("keyring what: set or delete?"))
		},
	}
	set := &cobra.Command{
		Use: "set", Short: "Store the password, which is asked for", Args: noPasswordArg,
		Long: "set asks for the password and stores it in the keyring of the desktop, for the login\n" +
			"and the server of the settings. keyring = true in the settings makes use of it.",
		RunE: func(c *cobra.Command, _ []string) error {
			return setKeyring(c.Context(), f, os.Stdin, c.ErrOrStderr())
		},
	}
	remove := &cobra.Command{
		Use: "delete", Short: "Remove the password", Args: noPasswordArg,
		RunE: func(c *cobra.Command, _ []string) error {
			return deleteFromKeyring(c.Context(), f, c.ErrOrStderr())
		},
	}
	for _, one := range []*cobra.Command{set, remove} {
		f.addTo(one.Flags(), "server", "user", "allow_http")
	}
	c.AddCommand(set, remove)
	return c
}

// noPasswordArg refuses arguments and quotes none: one may be the password.
func noPasswordArg(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%s takes no such argument; the password is never one, where every user of this machine could read it", c.CommandPath())
	}
	return nil
}

// keyringAccount is whose password the settings mean.
func keyringAccount(f settingFlags) (string, error) {
	l, err := f.load()
	switch {
	case err != nil:
		return "", err
	case l.Server == "":
		return "", usage(noServerError(l))
	case l.User == "":
		return "", usage(errors.New("whose password? Set user in the settings, or give --user"))
	}
	return config.KeyringAccount(l.User, l.Server), nil
}

func setKeyring(ctx context.Context, f settingFlags, stdin *os.File, stderr io.Writer) error {
	account, err := keyringAccount(f)
	if err != nil {
		return err
	}
	if !term.IsTerminal(stdin.Fd()) {
		return usage(errors.New("the password is typed, and standard input is no terminal"))
	}
	// Twice: a wrong one would be sent at every start, and three lock the operator out.
	typed, err := promptHidden(stdin, stderr, "Password of "+account+": ", "Once more: ")
	if err != nil {
		return err
	}
	password, err := credential.CleanSecret(typed[0])
	if err != nil {
		return fmt.Errorf("the password %w; nothing is stored", err)
	}
	if again, err := credential.CleanSecret(typed[1]); err != nil || again != password {
		return errors.New("these are two passwords; nothing is stored")
	}
	if password == "" {
		return errNothingTyped
	}
	if err := config.PutInKeyring(ctx, account, password); err != nil {
		return err
	}
	tell(stderr, "stored for "+account)
	if space := credential.EdgeSpace(password); space != "" {
		tell(stderr, "the password "+space)
	}
	return nil
}

func deleteFromKeyring(ctx context.Context, f settingFlags, stderr io.Writer) error {
	account, err := keyringAccount(f)
	if err != nil {
		return err
	}
	if err := config.RemoveFromKeyring(ctx, account); err != nil {
		return fmt.Errorf("%s: %w", account, err)
	}
	tell(stderr, "removed for "+account)
	return nil
}
