package cli

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	json "github.com/go-json-experiment/json"

	"hdpadmin/config"
	"hdpadmin/hdpclient"
	"hdpadmin/internal/audit/file"
)

// hostile is text that a server, or anyone who can write the log, may choose.
const hostile = "a\x1b]0;owned\a\u009b2J\u202egnp\u200b\u2066\u00ad\ufeff\u2028\U000e0041\x7f\tb\u00fc\u0301"

// isPrintable reports whether the text has no characters that a terminal hides or acts on.
func isPrintable(s string) bool {
	return !strings.ContainsAny(strings.ReplaceAll(s, "\n", ""), "\x1b\a\u009b\u202e\u200b\u2066\u00ad\ufeff\u2028\U000e0041\x7f\t")
}

func hostileLog(t *testing.T) (path string, want []file.Entry) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "audit.jsonl")
	log, err := file.Open(path, file.Identity{Login: hostile, Host: hostile, OSUser: hostile})
	if err != nil {
		t.Fatal(err)
	}
	who := file.Subject{AccountID: 7, AccountName: hostile, TenantName: hostile}
	err = log.LogEvent(file.Kind("sign-in"+hostile), file.Details{Subject: who, Reason: hostile, Message: hostile, File: hostile})
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(map[string]string{"n" + hostile: hostile})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := log.LogIntent(file.Intent{Operation: hostile + "\nx", Subject: who, Request: hostile, Before: body, After: body}); err != nil {
		t.Fatal(err)
	}
	for r, err := range file.Read(path) {
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, r)
	}
	return path, want
}

func TestAuditShowPrintsNoRawText(t *testing.T) {
	path, want := hostileLog(t)
	var plain, lines bytes.Buffer
	for out, flags := range map[*bytes.Buffer]showFlags{&plain: {}, &lines: {json: true}} {
		if n, err := flags.show(out, path, time.Now()); err != nil || n != len(want) {
			t.Fatalf("%d entries, %v", n, err)
		}
		if !isPrintable(out.String()) || strings.Count(out.String(), "\n") != len(want) {
			t.Errorf("raw text: %q", out)
		}
		if !strings.Contains(out.String(), "\u00fc\u0301") {
			t.Errorf("visible letters are escaped: %q", out)
		}
	}
	for i, line := range strings.Split(strings.TrimSuffix(lines.String(), "\n"), "\n") {
		var got file.Entry
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if i == 1 { // compare values: escapes may differ
			if err := errors.Join(got.Before.Canonicalize(), got.After.Canonicalize(), want[i].Before.Canonicalize(), want[i].After.Canonicalize()); err != nil {
				t.Fatal(err)
			}
		}
		if !reflect.DeepEqual(got, want[i]) {
			t.Errorf("--json prints\n%+v\nfor\n%+v", got, want[i])
		}
	}
}

func TestReportsAndErrorsPrintNoRawText(t *testing.T) {
	path, _ := hostileLog(t)
	report, err := file.Verify(path)
	if err != nil {
		t.Fatal(err)
	}
	text := report.String()
	if got := toPrintable(text); !isPrintable(got) || strings.Count(got, "\n") != strings.Count(text, "\n") || strings.Contains(text, "\nx of") {
		t.Errorf("raw text: %q", got)
	}
	if got := toPrintable("one\n\ttwo\x1b[2J\u202e"); got != "one\n\ttwo␛[2J<U+202E>" {
		t.Errorf("%q", got)
	}
}

func TestOnlyAReadOnlyConsoleStartsWithoutAnAuditLog(t *testing.T) {
	client, err := hdpclient.New("https://hdp.example.com")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	if err := os.Mkdir(path, 0o700); err != nil { // so that the file cannot be created
		t.Fatal(err)
	}
	var said bytes.Buffer
	if _, _, err := thisProcess().newWriter(t.Context(), client, config.Settings{}, path, &said); err == nil || said.Len() > 0 {
		t.Errorf("a console that can change accounts starts without a log: %v, output %q", err, &said)
	}
	w, log, err := thisProcess().newWriter(t.Context(), client, config.Settings{ReadOnly: true}, path, &said)
	if err != nil || w == nil || log != nil || !strings.Contains(said.String(), "running read-only, without an audit log: ") {
		t.Errorf("%v, output %q", err, &said)
	}
	if err := flushAudit(log); err != nil {
		t.Error(err)
	}
	if _, _, err := thisProcess().newWriter(t.Context(), client, config.Settings{ReadOnly: true, AuditGroup: "no such group"}, path, &said); err == nil {
		t.Error("a wrong setting was ignored")
	}
}

func TestAuditShowNamesTheOperatorOfASession(t *testing.T) {
	code := 3
	at := time.Date(2026, 12, 1, 13, 10, 5, 0, time.UTC)
	from := file.Identity{Operator: "bob", Key: "SHA256:abc", Address: "10.0.0.7:50022"}
	as := func(login, attribution string) file.Identity {
		id := from
		id.Login, id.Attribution = login, attribution
		return id
	}
	for _, c := range []struct {
		entry file.Entry
		want  string
	}{
		{file.Entry{Kind: file.KindIntent, Identity: as("bsmith", ""), Operation: "unlock"}, "bob as bsmith  intent  unlock"},
		{file.Entry{Kind: file.KindIntent, Identity: as("bob", ""), Operation: "unlock"}, "bob  intent  unlock"},
		{file.Entry{Kind: file.KindIntent, Identity: as("svc", file.AttributionService), Operation: "unlock"}, "bob as svc (shared)  intent  unlock"},
		{file.Entry{Kind: file.KindSessionStarted, Identity: from, Session: "K-7", Message: "console"}, "bob  session-started  console  from 10.0.0.7:50022  with SHA256:abc  session K-7"},
		{
			file.Entry{Kind: file.KindSessionEnded, Identity: from, Session: "K-7", Message: "quit", DurationMS: 12_345, ExitCode: &code},
			"bob  session-ended  quit  from 10.0.0.7:50022  with SHA256:abc  session K-7  exit code 3  after under 1 min",
		},
		{
			file.Entry{Kind: file.KindSessionRefused, Identity: file.Identity{Address: "10.0.0.7:50022"}, Message: "no operator has this key", Count: 80},
			"unknown  session-refused  no operator has this key  from 10.0.0.7:50022  80 more refused before it",
		},
	} {
		c.entry.Time = at
		if got := strings.Join(entryColumns(c.entry), "  "); got != "2026-12-01 13:10:05 UTC  "+c.want {
			t.Errorf("%s", got)
		}
	}
}
