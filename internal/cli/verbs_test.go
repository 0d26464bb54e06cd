//go:build unix

package cli_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hdpadmin/hdpclient/hdptest"
)

// verbCase is a command that changes one account, and accounts that it fits.
type verbCase struct {
	verb, flags string
	needsYes    bool

	account, id string // has something to change
	done        string // what the command says about it, with SUBJECT for the account
	stored      string // what the server has afterwards

	unchanged      string // an account with nothing to change
	unchangedFlags string
	already        string // what the command says about it

	info    string // the resource that is changed
	changed string // what somebody else makes of it meanwhile
}

func verbCases() []verbCase {
	return []verbCase{
		{
			verb: "unlock", account: "alice.smith", id: "307", done: "Unlocked SUBJECT", stored: `"accountLocked":false`,
			unchanged: "anna.lind", already: "SUBJECT is not locked", info: "/statusinfo", changed: `{"status":0,"accountLocked":true}`,
		},
		{
			verb: "activate", account: "elif.yildiz", id: "325", done: "Activated SUBJECT", stored: `"status":1`,
			unchanged: "anna.lind", already: "SUBJECT is already active", info: "/statusinfo", changed: `{"status":0,"accountLocked":true}`,
		},
		{
			verb: "deactivate", needsYes: true, account: "anna.lind", id: "301", done: "Deactivated SUBJECT", stored: `"status":0`,
			unchanged: "elif.yildiz", already: "SUBJECT is already inactive", info: "/statusinfo", changed: `{"status":1,"accountLocked":true}`,
		},
		{
			verb: "force-change", needsYes: true, account: "anna.lind", id: "301", done: "Forced a password change for SUBJECT", stored: `"passwordStatus":2`,
			unchanged: "ines.costa", already: "SUBJECT already has to change the password", info: "/passwordinfo", changed: `{"passwordStatus":1,"passwordExpiration":null}`,
		},
		{
			verb: "forgive-change", needsYes: true, account: "ines.costa", id: "349", done: "Cancelled the forced password change for SUBJECT", stored: `"passwordStatus":1`,
			unchanged: "anna.lind", already: "SUBJECT does not have to change the password", info: "/passwordinfo", changed: `{"passwordStatus":2,"passwordExpiration":"2027-03-01 00:00:00"}`,
		},
		{
			verb: "expire", flags: "--at 2027-01-01", needsYes: true, account: "anna.lind", id: "301", done: "Set the password expiry of SUBJECT to 2027-01-01 00:00:00 UTC", stored: `"passwordExpiration":"2027-01-01`,
			unchanged: "dorian.grau", unchangedFlags: "--never", already: "The password of SUBJECT does not expire", info: "/passwordinfo", changed: `{"passwordStatus":2,"passwordExpiration":null}`,
		},
	}
}

// The script says what the command must do, for people and as JSON. COMMAND, ACCOUNT and so on stand
// for what differs between the verbs.
const (
	loggedNothing = "! exec grep -qs '\"kind\":\"intent\"' audit.jsonl\n"
	storedNothing = "! stored ACCOUNT 'STORED'\n"
	loggedOutcome = "exec grep -q '\"kind\":\"outcome\".*\"outcome\":\"OUTCOME\"' audit.jsonl\n"
)

func verbScripts() map[string][2]string {
	return map[string][2]string{ // for people, as JSON
		"done": {
			"exits 0 COMMAND YES\nstdout '^DONE, verified 14:02:31 UTC\\.\\n$'\n! stderr .\nstored ACCOUNT 'STORED'\n" + logged("applied"),
			"exits 0 COMMAND YES --json\nstdout '\"changed\": true'\nstdout '\"outcome\": \"applied\"'\nstdout '\"userName\": \"ACCOUNT\"'\n! stderr .\nstored ACCOUNT 'STORED'\n" + logged("applied"),
		},
		"already so": {
			"exits 0 VERB UNCHANGED\nstdout '^ALREADY\\.\\n$'\n! stderr .\nrequests 0 PUT\n" + loggedNothing,
			"exits 0 VERB UNCHANGED --json\nstdout '\"changed\": false'\nstdout '\"outcome\": \"unchanged\"'\n! stderr .\nexits 1 VERB UNCHANGED --json --fail-unchanged\nstdout '\"outcome\": \"unchanged\"'\n! stderr .\n" + loggedNothing,
		},
		"refused": {
			"fails PUT INFO 400 'The account is reserved.'\nexits 5 COMMAND YES\n! stdout .\nstderr '^hdpadmin: Refused.*The account is reserved'\n" + storedNothing + logged("refused"),
			"fails PUT INFO 400 'The account is reserved.'\nexits 5 COMMAND YES --json\nstdout '\"outcome\": \"refused\"'\nstderr '\"code\": 5'\n" + storedNothing + logged("refused"),
		},
		"conflict": {
			"fault GET INFO status skip=1 status=200 'body=CHANGED'\nexits 6 COMMAND YES\n! stdout .\nstderr '^hdpadmin: (Changed meanwhile|Lock renewed).*Nothing was sent'\n" + storedNothing + logged("conflict"),
			"fault GET INFO status skip=1 status=200 'body=CHANGED'\nexits 6 COMMAND YES --json\nstdout '\"changed\": false'\nstdout '\"outcome\": \"conflict\"'\nstderr '\"code\": 6'\n" + storedNothing + logged("conflict"),
		},
		"unknown": {
			"fault PUT INFO 'close before'\nfault GET INFO status skip=2 status=403\nexits 7 COMMAND YES\n! stdout .\nstderr '^hdpadmin: Outcome unknown'\n" + storedNothing + logged("unknown"),
			"fault PUT INFO 'close before'\nfault GET INFO status skip=2 status=403\nexits 7 COMMAND YES --json\nstdout '\"changed\": false'\nstdout '\"outcome\": \"unknown\"'\nstderr '\"code\": 7'\n" + storedNothing + logged("unknown"),
		},
		"not found": {
			"exits 9 VERB nobody FLAGS YES\n! stdout .\nstderr '^hdpadmin: no account nobody'\n" + loggedNothing,
			"exits 9 VERB id:999999 FLAGS YES --json\n! stdout .\nstderr '\"code\": 9'\n" + loggedNothing,
		},
		"ambiguous": {
			"account ID\nexits 9 VERB ID FLAGS YES\n! stdout .\nstderr '^hdpadmin: ID names 2 accounts: ACCOUNT \\(id ID, .*\\), ID \\(id '\n" + storedNothing + loggedNothing,
			"account ID\nexits 9 VERB ID FLAGS YES --json\n! stdout .\nstderr '\"code\": 9'\nexits 0 VERB id:ID FLAGS YES\nstored ACCOUNT 'STORED'\n",
		},
		"no sign-in": {
			"env HDP_PASSWORD=\nexits 4 COMMAND YES\n! stdout .\nstderr '^hdpadmin: no password: set HDP_PASSWORD, password_file or password_command'\nrequests 0\n" + loggedNothing,
			"env HDP_PASSWORD=wrong\nexits 4 COMMAND YES --json\n! stdout .\nstderr '\"code\": 4'\nrequests 1\n" + loggedNothing,
		},
		"no terminal": {
			"CONFIRM\nexits 3 COMMAND\n! stdout .\nstderr '^hdpadmin: nothing was sent; missing: MISSING'\n" + storedNothing + loggedNothing,
			"CONFIRM\nexits 3 COMMAND --json\nstdout '\"outcome\": \"not-sent\"'\nstderr '\"code\": 3'\nstderr 'MISSING'\n" + storedNothing + loggedNothing,
		},
		"no right": {
			"fault GET /mgmt/user status status=200 'body={\"userId\":1,\"userName\":\"d2cadmin\",\"permissions\":[9,11,14]}'\nexits 5 COMMAND YES\n! stdout .\nstderr '^hdpadmin: nothing was sent: your login lacks ModifyUsers'\n" + storedNothing + loggedNothing,
			"exits 5 COMMAND YES --json --read-only\n! stdout .\nstderr '\"code\": 5'\nstderr 'read_only'\nrequests 0\n" + storedNothing + loggedNothing,
		},
		"dry run": {
			"exits 0 COMMAND --dry-run\nstdout '^Would send PUT /api/admin/users/ID(INFO):'\n! stderr .\n" + storedNothing + loggedNothing,
			"exits 0 COMMAND -n --json\nstdout '\"outcome\": \"planned\"'\n! stderr .\n" + storedNothing + loggedNothing,
		},
	}
}

func logged(outcome string) string { return strings.ReplaceAll(loggedOutcome, "OUTCOME", outcome) }

// expand fills in what stands for the verb and its accounts. Most of it is in patterns.
func (v verbCase) expand(script string) string {
	unchangedFlags := v.unchangedFlags
	if unchangedFlags == "" {
		unchangedFlags = v.flags
	}
	yes, confirm, missing := "", "env HDPADMIN_CONFIRM=type-name", "--confirm "+v.account
	if v.needsYes {
		yes, confirm, missing = "--yes", "", "--yes"
	}
	subject := func(name string) string { return name + ` \(id \d+, tenant \w+\)` }
	return strings.NewReplacer(
		"COMMAND", strings.TrimSpace(v.verb+" "+v.account+" "+v.flags), "VERB UNCHANGED", v.verb+" "+v.unchanged+" "+unchangedFlags,
		"VERB", v.verb, "FLAGS", v.flags, "YES", yes, "ACCOUNT", v.account, "UNCHANGED", v.unchanged,
		"DONE", strings.ReplaceAll(v.done, "SUBJECT", subject(v.account)), "ALREADY", strings.ReplaceAll(v.already, "SUBJECT", subject(v.unchanged)),
		"STORED", v.stored, "INFO", v.info, "CHANGED", v.changed, "CONFIRM", confirm, "MISSING", missing,
		"id ID", "id "+v.id, "VERB ID", v.verb+" "+v.id, "ID ", v.id+" ", "id:ID", "id:"+v.id, "users/ID", "users/"+v.id, "account ID", "account "+v.id,
	).Replace(script)
}

func TestEveryVerbInEveryCase(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for _, v := range verbCases() {
		for name, script := range verbScripts() {
			for i, format := range []string{"text", "json"} {
				file := strings.ReplaceAll(v.verb+" "+name+" "+format+".txtar", " ", "_")
				if err := os.WriteFile(filepath.Join(folder, file), []byte(v.expand(script[i])), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	runScripts(t, folder, exitsHere)
}

func TestEveryVerbCanBeDeclined(t *testing.T) {
	t.Parallel()
	s := hdptest.NewServer(t)
	for _, v := range verbCases() {
		t.Run(v.verb, func(t *testing.T) {
			t.Parallel()
			audit := filepath.Join(t.TempDir(), "audit.jsonl")
			args := []any{v.verb, v.account, "--server", s.URL, "--user", "d2cadmin", "--audit-file", audit}
			for flag := range strings.FieldsSeq(v.flags) {
				args = append(args, flag)
			}
			confirm, answer := "enter", "n\r"
			if !v.needsYes {
				confirm, answer = "type-name", "bob\r"
			}
			term := start(t, append(args, env("HDP_PASSWORD="+hdptest.AdminPassword, "HDPADMIN_CONFIRM="+confirm))...)
			term.sees("? ")
			term.press(answer)
			term.leaves(3)
			term.sees("nothing was sent")
			for _, r := range s.Requests() {
				if r.Method != http.MethodGet {
					t.Errorf("sent %s %s", r.Method, r.Path)
				}
			}
			if raw, err := os.ReadFile(audit); err != nil || strings.Contains(string(raw), "intent") {
				t.Errorf("%v, the audit log:\n%s", err, raw)
			}
		})
	}
}
