package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
)

type whyOptions struct {
	account    string
	exitStatus bool
}

func whyCommand(f settingFlags) *cobra.Command {
	var o whyOptions
	var out output
	c := &cobra.Command{
		Use:   "why ACCOUNT",
		Short: "Say why an account can or cannot sign in",
		Long: "why prints one line: whether the account can sign in, why not, and what helps. It\n" +
			"exits with 0 either way, unless --exit-status is given.\n\n" + accountHelp,
		Example: "  hdpadmin why alice.smith\n\n" +
			"  # in a script: exit code 10 if she cannot sign in\n  hdpadmin why alice.smith --exit-status",
		Args: oneAccount,
		RunE: func(c *cobra.Command, args []string) error {
			o.account = args[0]
			return out.run(c, f, func(ctx context.Context, f factory) error { return why(ctx, f, o) })
		},
	}
	out.addTo(c.Flags(), asJSON, asNDJSON)
	c.Flags().BoolVar(&o.exitStatus, "exit-status", false, "exit with 10 if the account cannot sign in")
	f.addAllTo(c.Flags())
	return c
}

const accountHelp = "ACCOUNT is an id or an exact user name. A number that is the id of one account\n" +
	"and the user name of another is an error (exit code 9); write id:307 or name:307."

// oneAccount refuses anything but a single ACCOUNT.
func oneAccount(c *cobra.Command, args []string) error {
	if len(args) != 1 || strings.TrimSpace(args[0]) == "" {
		return fmt.Errorf("%s needs one account: its id or exact user name", c.CommandPath())
	}
	return checkAccount(args[0])
}

// why prints whether the account can sign in.
func why(ctx context.Context, f factory, o whyOptions) error {
	d, end, err := f.open(ctx)
	if err != nil {
		return err
	}
	defer end()
	row, err := d.Resolve(ctx, o.account)
	if err != nil {
		return err
	}
	r, err := d.Read(ctx, row.ID)
	if err != nil {
		return err
	}
	a, now := r.Account(), d.now()
	v := a.Verdict(now)
	if f.isForPeople() {
		_, err = fmt.Fprintln(f.stdout, whySentence(a, v))
	} else {
		err = printVerdict(ctx, f, a, now, v)
	}
	err = cmp.Or(err, refusedLogin(r))
	if err == nil && o.exitStatus && v.Outcome == account.CannotSignIn {
		return silentError(found)
	}
	return err
}

func printVerdict(ctx context.Context, f factory, a account.Account, now time.Time, v account.Verdict) error {
	object, err := f.object(a, now)
	if err != nil {
		return err
	}
	return f.print(ctx, f.stdout, "account", struct {
		head
		Account json.RawMessage `json:"account"`
		Verdict verdict         `json:"verdict"`
	}{readHead(), object, verdictOf(v)})
}

// verdict is an account.Verdict in JSON.
type verdict struct {
	CanSignIn string   `json:"canSignIn"` // "yes", "no", "caution" or "unknown"
	Text      string   `json:"text"`
	Also      []string `json:"also"`
	Remedy    string   `json:"remedy,omitempty"` // the command that helps
	Note      string   `json:"note,omitempty"`
}

func verdictOf(v account.Verdict) verdict {
	words := map[account.Outcome]string{account.CanSignIn: "yes", account.CannotSignIn: "no", account.CanSignInWithCaution: "caution", account.Unknown: "unknown"}
	return verdict{words[v.Outcome], v.Text, append([]string{}, v.Also...), remedies()[v.Remedy].command, v.RemedyText}
}

type remedy struct{ command, sentence string }

// remedies returns the command and the sentence for each remedy.
func remedies() map[account.Remedy]remedy {
	return map[account.Remedy]remedy{
		account.RemedyUnlock:        {"unlock", "Unlocking it helps."},
		account.RemedyActivate:      {"activate", "Activating it helps."},
		account.RemedyResetPassword: {"reset", "A temporary password helps."},
		account.RemedyExtendExpiry:  {"expire", "A later expiry helps."},
	}
}

// naming returns the account's name with what tells it from others.
func naming(a account.Account) string {
	tenant := a.TenantName.String()
	if tenant == "" {
		tenant = strconv.FormatInt(a.TenantID, 10)
	}
	return fmt.Sprintf("%s (id %d, tenant %s)", a.Name, a.ID, tenant)
}

// whySentence says in one line whether an account can sign in, and what helps.
func whySentence(a account.Account, v account.Verdict) string {
	line := naming(a)
	if strings.HasPrefix(v.Text, "Can") {
		line += " c" + v.Text[1:] + "."
	} else {
		line += ": " + v.Text + "."
	}
	for _, more := range []string{v.RemedyText, remedies()[v.Remedy].sentence} {
		if more != "" {
			line += " " + strings.TrimSuffix(hdpclient.Clean(more), ".") + "."
		}
	}
	return line
}
