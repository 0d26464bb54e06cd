package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"hdpadmin/config"
	"hdpadmin/internal/credential"
)

func keyringCommand(f settingFlags) *cobra.Command {
	c := &cobra.Command{
		Use:   "keyring",
		Short: "Save or delete your password in the desktop keyring",
		Args:  noPasswordArg,
		RunE: func(*cobra.Command, []string) error {
			return usage(errors.New("keyring needs a subcommand: set or delete"))
		},
	}
	set := &cobra.Command{
		Use: "set", Short: "Ask for your password and save it", Args: noPasswordArg,
		Long: "set asks for your password and saves it in the desktop keyring, for the user and\n" +
			"server in the settings. To use it, set keyring = true in the settings.",
		RunE: func(c *cobra.Command, _ []string) error {
			return setKeyring(c.Context(), f)
		},
	}
	remove := &cobra.Command{
		Use: "delete", Short: "Delete your password", Args: noPasswordArg,
		RunE: func(c *cobra.Command, _ []string) error {
			return deleteFromKeyring(c.Context(), f)
		},
	}
	for _, one := range []*cobra.Command{set, remove} {
		f.addTo(one.Flags(), "server", "user", "allow_http")
	}
	c.AddCommand(set, remove)
	return c
}

// noPasswordArg does not quote the arguments: one may be the password.
func noPasswordArg(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%s takes no arguments; never put the password there, where other users of this machine could read it", c.CommandPath())
	}
	return nil
}

func keyringAccount(f settingFlags) (string, error) {
	l, err := f.load()
	switch {
	case err != nil:
		return "", err
	case l.Server == "":
		return "", usage(noServerError(l))
	case l.User == "":
		return "", usage(errors.New("no user name is set: set user in the settings, or use --user"))
	}
	return config.KeyringAccount(l.User, l.Server), nil
}

func setKeyring(ctx context.Context, f settingFlags) error {
	account, err := keyringAccount(f)
	if err != nil {
		return err
	}
	if !isTerminal(f.stdin) {
		return usage(errors.New("keyring set reads the password from a terminal, and standard input is not one"))
	}
	// Ask twice: a wrong password would be sent at every start, and three lock the
	// operator out.
	typed, err := f.promptHidden("Password for "+account+": ", "Repeat password: ")
	if errors.Is(err, errNothingTyped) || errors.Is(err, errNotText) {
		return codedError{err, declined}
	}
	if err != nil {
		return err
	}
	password, err := credential.CleanSecret(typed[0])
	if err != nil {
		return usage(fmt.Errorf("the password %w; nothing was saved", err))
	}
	if again, err := credential.CleanSecret(typed[1]); err != nil || again != password {
		return codedError{errors.New("the passwords do not match; nothing was saved"), declined}
	}
	if password == "" {
		return codedError{errNothingTyped, declined}
	}
	if err := config.PutInKeyring(ctx, account, password); err != nil {
		return err
	}
	tell(f.stderr, "saved the password for "+account)
	if space := credential.EdgeSpace(password); space != "" {
		tell(f.stderr, "the password "+space)
	}
	return nil
}

func deleteFromKeyring(ctx context.Context, f settingFlags) error {
	account, err := keyringAccount(f)
	if err != nil {
		return err
	}
	switch err := config.RemoveFromKeyring(ctx, account); {
	case errors.Is(err, config.ErrNotInKeyring):
		tell(f.stderr, "nothing to delete: the keyring has no password for "+account)
		return nil
	case err != nil:
		return fmt.Errorf("%s: %w", account, err)
	}
	tell(f.stderr, "deleted the password for "+account)
	return nil
}
