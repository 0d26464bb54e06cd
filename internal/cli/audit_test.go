package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/cli"
)

func TestNothingOfAnEntryReachesTheTerminalUncleaned(t *testing.T) {
	const raw = "x\x1b[2J\x07\u202e"
	entry := audit.Record{
		Identity: audit.Identity{Login: raw}, Kind: audit.KindOutcome, Operation: raw, Outcome: raw,
		Subject: audit.Subject{AccountID: 307, AccountName: raw}, Reason: raw, Message: raw,
	}
	line := strings.Join(cli.Words(entry), "  ")
	if strings.ContainsAny(line, "\x1b\x07\u202e") || strings.Count(line, "x") < 6 {
		t.Errorf("%q", line)
	}
}

func TestWithoutALogThereIsNoConsole(t *testing.T) {
	client, err := hdpclient.New("https://hdp.example.test")
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	file := filepath.Join(t.TempDir(), "a file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if cli.OpenLog(t.Context(), client, filepath.Join(file, "audit.jsonl")) == nil {
		t.Error("a log was opened in a folder that is a file")
	}
}
