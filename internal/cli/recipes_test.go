//go:build unix

package cli_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// recipeScripts runs the recipes of docs/commands.md, by their titles. Each block of a recipe is a file
// of the script, 1.sh and so on.
func recipeScripts() map[string]string {
	return map[string]string{
		"Unlock an account from a ticket system": `
env account=alice.smith
env ticket=INC-4711
exec sh 1.sh
stdout '^INC-4711: Unlocked alice.smith \(id 307, tenant Sales\), verified 14:02:31 UTC\.$'
stored 307 '"accountLocked":false'
exec grep -q '"reason":"INC-4711"' audit.jsonl
exec sh 1.sh
stdout '^INC-4711: alice.smith \(id 307, tenant Sales\) is not locked\.$'
env account=307
exec sh 1.sh
stdout '^INC-4711: not unlocked \(exit code 9\), a colleague must look: '
stdout '"message": "no account name:307, or this login cannot see it"'
`,
		"Write a CSV of expiring passwords every night": `
exec sh 1.sh
! stderr .
grep 'userName,tenantName,passwordExpiration$' expiring.csv
grep '^"alice.smith","Sales",2026-12-01T00:00:00Z$' expiring.csv
cp expiring.csv yesterday.csv
cuts GET /api/admin/users
! exec sh 1.sh
stderr 'hdpadmin: '
cmp expiring.csv yesterday.csv
`,
		"Deactivate the accounts of leavers, with a second person": `
exec sh 1.sh
stdout 'anna.lind .* would deactivate'
stored anna.lind '"status":1'
exec sh 2.sh
stdout '^Reason: HR-2211$'
stdout '^2 deactivated'
stored anna.lind '"status":0'
stored farid.haddad '"status":0'
exec grep -q '"reason":"HR-2211"' audit.jsonl
! exec sh 2.sh

-- leavers.csv --
userName,lastDay
anna.lind,2026-11-20
farid.haddad,2026-11-21
`,
		"Check a service account from a monitoring system": `
exec sh 1.sh
stdout '^OK: svc-reporting .* can sign in'
account svc-reporting {"status":0,"accountLocked":false}
! exec sh 1.sh
stdout '^CRITICAL: svc-reporting .* cannot sign in: inactive'
env HDP_PASSWORD=wrong
! exec sh 1.sh
stdout '^UNKNOWN: hdpadmin: '
`,
		"Put a temporary password into a password manager": `
exec chmod +x bin/pass
env PATH=$WORK/bin:$PATH
exec sh 1.sh
! stdout .
stderr 'Set a temporary password for alice.smith'
stored 307 '"passwordStatus":2'
exec sh -c 'HDP_PASSWORD=$(cat secret) hdpadmin why alice.smith --user alice.smith || test $? = 5'
! exec grep -rqF -f secret audit.jsonl

-- bin/pass --
#!/bin/sh
test "$*" = "insert -m hdp/alice.smith" && cat >secret
`,
		"See who is locked and why": `
exec sh 1.sh
! stderr .
stdout '^alice.smith \(id 307, tenant Sales\) cannot sign in: locked'
stdout '^lena.vogel .* cannot sign in: locked'
! stdout 'anna.lind'
`,
	}
}

func TestRecipes(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(commandsDocument)
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(raw), "\n## Recipes\n")
	text, _, _ = strings.Cut(text, "\n## ")
	scripts, folder := recipeScripts(), t.TempDir()
	block := regexp.MustCompile("(?s)```sh\n(.*?)```")
	for _, recipe := range strings.Split(text, "\n### ")[1:] {
		title, body, _ := strings.Cut(recipe, "\n")
		script, known := scripts[title]
		blocks := block.FindAllStringSubmatch(body, -1)
		if !known || len(blocks) == 0 {
			t.Errorf("%q: no test, or nothing to run", title)
			continue
		}
		delete(scripts, title)
		for i, b := range blocks {
			script += "-- " + strconv.Itoa(i+1) + ".sh --\n" + b[1]
		}
		if err := os.WriteFile(filepath.Join(folder, strings.ReplaceAll(title, " ", "_")+".txtar"), []byte(script), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for title := range scripts {
		t.Errorf("%q is not in the document", title)
	}
	runScripts(t, folder, exits)
}
