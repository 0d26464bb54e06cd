//go:build unix

// Package schema_test compares what the commands print with the schemas in this folder. It is not part
// of internal/cli, whose tests start their own binary a thousand times: the schema compiler takes
// longer to start than hdpadmin.
package schema_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/cli"
)

// role is the variable that makes this binary run as hdpadmin.
const role = "TEST_HDPADMIN_ROLE"

func TestMain(m *testing.M) {
	if os.Getenv(role) != "" {
		os.Exit(cli.Main(context.Background(), os.Args[1:]))
	}
	os.Exit(m.Run())
}

// schemas returns the schemas of docs/schema by their names.
func schemas(t *testing.T) map[string]*jsonschema.Schema {
	t.Helper()
	files, err := filepath.Glob("*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d schemas, %v", len(files), err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	all := map[string]*jsonschema.Schema{}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		if all[name], err = c.Compile(file); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func TestOutputMatchesTheSchemas(t *testing.T) {
	t.Parallel()
	all := schemas(t)
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	s := hdptest.NewServer(t)
	folder := t.TempDir()
	used := map[string]bool{"account": true, "verdict": true, "request": true, "row": true} // parts of others
	matches := func(schema, text string) {
		t.Helper()
		if all[schema] == nil {
			t.Fatalf("there is no schema %s", schema)
		}
		document, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err == nil {
			err = all[schema].Validate(document)
		}
		if err != nil {
			t.Errorf("not as in %s.json: %v\n%s", schema, err, text)
		}
		used[schema] = true
	}
	// run runs the command, and returns its output and errors.
	run := func(args string) (stdout, stderr string) {
		t.Helper()
		c := exec.CommandContext(t.Context(), exe, strings.Fields(args)...)
		c.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // without a terminal
		c.Env = []string{
			role + "=hdpadmin", "HOME=" + folder, "TZ=UTC", "GORACE=atexit_sleep_ms=0", "GOCOVERDIR=" + os.Getenv("GOCOVERDIR"),
			"HDPADMIN_CONFIG=" + os.DevNull, "HDPADMIN_SERVER=" + s.URL, "HDPADMIN_USER=d2cadmin", "HDP_PASSWORD=" + hdptest.AdminPassword,
			"HDPADMIN_AUDIT_FILE=" + filepath.Join(folder, "audit.jsonl"),
		}
		var out, errs bytes.Buffer
		c.Stdout, c.Stderr = &out, &errs
		_ = c.Run()
		return out.String(), errs.String()
	}
	unlock := func() {
		s.SetStatusInfo(307, `{"status":1,"accountLocked":true,"newInHDP5":"x"}`)
	}
	for _, c := range []struct{ command, schema string }{
		{"why alice.smith", "why"},
		{"why grace.kim", "why"},
		{"show alice.smith", "show"},
		{"show nils.berg", "show"},
		{"find ali", "list"},
		{"list", "list"},
		{"list --view expiring", "list"},
		{"whoami", "whoami"},
		{"unlock alice.smith -n", "change"},
		{"unlock alice.smith", "change"},
		{"unlock anna.lind", "change"},
		{"deactivate farid.haddad --yes", "change"},
		{"undo farid.haddad --yes", "change"},
		{"deactivate farid.haddad", "change"}, // it is not confirmed
		{"expire anna.lind --at 2027-01-01 --yes", "change"},
		{"reset anna.lind --yes --password-to " + filepath.Join(folder, "password"), "change"},
		{"reset alice.smith --yes --unlock --password-to " + filepath.Join(folder, "password2"), "change"},
		{"unlock alice.smith anna.lind -n", "batch"},
		{"unlock alice.smith anna.lind --yes", "batch"},
		{"unlock alice.smith nobody --skip-unknown --yes", "batch"},
		{"expire alice.smith anna.lind --never --yes", "batch"},
		{"plan unlock alice.smith anna.lind --reason INC-1 -o " + filepath.Join(folder, "plan"), "batch"},
		{"plan show " + filepath.Join(folder, "plan"), "plan"},
		{"apply " + filepath.Join(folder, "plan") + " --yes", "batch"},
		{"plan show " + filepath.Join(folder, "plan"), "plan"},
	} {
		unlock()
		if stdout, stderr := run(c.command + " --json"); stdout == "" {
			t.Errorf("%s: no document; %s", c.command, stderr)
		} else {
			matches(c.schema, stdout)
			if stderr != "" {
				matches("error", stderr)
			}
		}
		if c.command == "find ali" || strings.Contains(c.command, "-o ") || strings.HasPrefix(c.command, "apply") {
			continue
		}
		unlock()
		_ = os.Remove(filepath.Join(folder, "password"))
		_ = os.Remove(filepath.Join(folder, "password2"))
		stdout, stderr := run(c.command + " --ndjson")
		if stderr != "" {
			matches("error", stderr)
		}
		if strings.Count(stdout, `"type":"end"`) != 1 {
			t.Errorf("%s: %s%s", c.command, stdout, stderr)
		}
		for line := range strings.Lines(stdout) {
			matches("line", line)
		}
	}
	unlock()
	lines, _ := run("plan unlock alice.smith --ndjson -o " + filepath.Join(folder, "lines"))
	for line := range strings.Lines(lines) {
		matches("line", line)
	}
	raw, err := os.ReadFile(filepath.Join(folder, "plan"))
	if err != nil {
		t.Fatal(err)
	}
	matches("planfile", string(raw))
	sample, err := os.ReadFile("../../internal/planfile/testdata/plan.json") // with a row of each sort
	if err != nil {
		t.Fatal(err)
	}
	matches("planfile", string(sample))
	for _, command := range []string{"why nobody", "find locked:perhaps", "unlock alice.smith --server https://127.0.0.1:1", "list --veiw all", "apply nowhere"} {
		stdout, stderr := run(command + " --json")
		if stdout != "" {
			t.Errorf("%s: %s", command, stdout)
		}
		matches("error", stderr)
	}
	for name := range all {
		if !used[name] {
			t.Errorf("no output was compared with %s.json", name)
		}
	}
}

// A field that is not in the schema is found.
func TestTheSchemasKnowEveryField(t *testing.T) {
	t.Parallel()
	const added = `{"schema":"hdpadmin/1","error":{"code":1,"message":"x","cause":"y"}}`
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(added))
	if err != nil {
		t.Fatal(err)
	}
	if schemas(t)["error"].Validate(document) == nil {
		t.Error("an unknown field is accepted")
	}
}
