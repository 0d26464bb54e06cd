//go:build linux || darwin

package simtest_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/change"
)

// The passwords to look for. Each encoding writes some of their characters differently.
const (
	operatorPassword  = `Op&"Secret<7>/é`
	temporaryPassword = `Tp&"K<9>/é`
)

// encodings returns the forms in which a text could hold a password.
func encodings(login, password string) []string {
	quoted := fmt.Sprintf("%q", password)
	j := strings.NewReplacer(`&`, `\u0026`, `<`, `\u003c`, `>`, `\u003e`).Replace(quoted[1 : len(quoted)-1])
	return []string{
		password, quoted[1 : len(quoted)-1], j, url.QueryEscape(password), url.PathEscape(password), html.EscapeString(password),
		base64.StdEncoding.EncodeToString([]byte(password)), base64.StdEncoding.EncodeToString([]byte(login + ":" + password)),
		hex.EncodeToString([]byte(password)), strings.Trim(fmt.Sprintf("%d", []byte(password)), "[]"),
		strings.ReplaceAll(password, `"`, `\"`),
	}
}

func mustNotHoldPassword(t *testing.T, where, text string) {
	t.Helper()
	for _, form := range append(encodings("leaky", operatorPassword), encodings("alice.smith", temporaryPassword)...) {
		if at := strings.Index(text, form); at >= 0 {
			t.Errorf("%s holds %q: …%s…", where, form, text[max(0, at-80):min(len(text), at+80)])
			return
		}
	}
}

// logBuffer keeps what was logged.
type logBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (h *logBuffer) Write(b []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.Buffer.Write(b)
}

// A password must not be in the audit log, an error, a log or a panic, wherever it was sent
// and whatever a server answers.
func TestNoPasswordLeaksAnywhere(t *testing.T) {
	t.Parallel()
	server := hdptest.NewServer(t, hdptest.WithPolicy(hdptest.NoPolicy()))
	path := filepath.Join(scratchDir(t), "audit.jsonl")
	server.AddOperator("leaky", operatorPassword, []int64{56, 57}, 14, 15)
	log := &logBuffer{}
	logger := slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug, AddSource: true}))
	c := mustNewConsole(t, server.URL, path, setup{
		login:  hdpclient.Credentials{User: "leaky", Password: hdpclient.SecretOf(operatorPassword)},
		client: []hdpclient.Option{hdpclient.WithLogger(logger)},
	})
	alice := change.Subject{ID: 307, Name: hdpclient.TextOf("alice.smith")}

	var all strings.Builder
	write := func(values ...any) {
		for _, v := range values {
			fmt.Fprintf(&all, "%v\n%+v\n%#v\n%s\n%q\n", v, v, v, v, v)
			logger.Debug("written", "value", v)
			if err, ok := v.(error); ok {
				for e := err; e != nil; e = errors.Unwrap(e) {
					fmt.Fprintf(&all, "%v\n%+v\n%#v\n", e, e, e)
				}
			}
		}
	}
	outcome := func(o change.Outcome) {
		write(o, o.Err, o.ReadErr, o.LogErr, o.Plan, o.Rows, string(o.Stored()), o.Plan.Properties())
	}

	// An answer may repeat parts of its request, in any form.
	basic := base64.StdEncoding.EncodeToString([]byte("leaky:" + operatorPassword))
	type planted struct {
		name string
		hdptest.Fault
	}
	plant := func(carried string) []planted {
		json := strings.Trim(fmt.Sprintf("%q", carried), `"`)
		return []planted{
			{"an envelope", hdptest.Fault{Kind: hdptest.Status, Status: 400, Body: `{"error":{"code":222207007,"message":{"lang":"en-US","value":"Invalid JSON Input: ` + json + `"}}}`}},
			{"an envelope's code", hdptest.Fault{Kind: hdptest.Status, Status: 400, Body: `{"error":{"code":"` + json + `","message":{"lang":"` + json + `","value":"no"}}}`}},
			{"a broken envelope", hdptest.Fault{Kind: hdptest.Status, Status: 400, Body: `{"error":{"code":222207007,"message":{"value":"` + json + `"}`}},
			{"a page", hdptest.Fault{Kind: hdptest.HTML502, Body: "<html><title>" + html.EscapeString(carried) + "</title>" + carried + basic, RetryAfter: "3600"}},
			{"a text", hdptest.Fault{Kind: hdptest.Status, Status: 500, ContentType: "text/plain", Body: "bad header: Basic " + basic + " " + carried + url.QueryEscape(carried)}},
			{"broken JSON", hdptest.Fault{Kind: hdptest.Status, Status: 200, Body: `{"status":` + json}},
			{"an object of another kind", hdptest.Fault{Kind: hdptest.Status, Status: 200, Body: `{"status":"` + json + `","passwordStatus":"` + json + `"}`}},
			{"a refused login", hdptest.Fault{Kind: hdptest.Status, Status: 401, Body: `{"error":{"code":222206007,"message":{"lang":"en-US","value":"` + json + `"}}}`}},
			{"a redirect", hdptest.Fault{Kind: hdptest.Redirect, Location: "https://leaky:" + url.PathEscape(operatorPassword) + "@elsewhere.invalid/?p=" + url.QueryEscape(carried)}},
			{"a time to retry", hdptest.Fault{Kind: hdptest.TooMany, RetryAfter: "3600 " + carried, Body: carried}},
			{"an object with a password", hdptest.Fault{Kind: hdptest.Status, Status: 200, Body: `{"status":1,"passwordStatus":1,"password":"` + json + `","x":{"newPassword":"` + json + `"}}`}},
			{"nothing at all", hdptest.Fault{Kind: hdptest.CloseAfterApply}},
		}
	}
	for i := range plant("") {
		for _, method := range []string{http.MethodGet, http.MethodPut} {
			s, err := c.client.StatusInfo(t.Context(), alice.ID)
			if err != nil {
				t.Fatal(err)
			}
			p, err := c.client.PasswordInfo(t.Context(), alice.ID)
			if err != nil {
				t.Fatal(err)
			}
			for n, act := range []func() change.Outcome{
				func() change.Outcome {
					return c.writer.ResetPassword(t.Context(), change.PlanReset(alice).WithReason("INC-4711"), hdpclient.SecretOf(temporaryPassword))
				},
				func() change.Outcome {
					edited := s
					edited.Status = 1 - s.Status
					return c.writer.Apply(t.Context(), change.PlanStatus(alice, s, edited))
				},
				func() change.Outcome {
					return c.writer.Apply(t.Context(), change.PlanPassword(alice, p, change.SetExpiry(p, hdpclient.At(noon))))
				},
			} {
				carried := operatorPassword
				if n == 0 && method == http.MethodPut {
					carried += " " + temporaryPassword
				}
				f := plant(carried)[i]
				f.Method = method
				if method == http.MethodGet && f.Kind == hdptest.CloseAfterApply {
					continue // the client would wait and retry
				}
				server.Fail(f.Fault)
				outcome(act())
				_, err := c.client.StatusInfo(t.Context(), alice.ID)
				write(err, c.log.SignInRefused("leaky", err))
				server.ClearFaults()
				c.client.SetCredentials(c.login)
			}
		}
	}
	write(c.log.History(), c.login, hdpclient.SecretOf(temporaryPassword), c.client.BaseURL())
	for _, err := range []error{c.log.SignedIn("leaky"), c.log.PasswordRevealed(alice), c.log.PasswordCopied(alice), c.log.Flush()} {
		if err != nil {
			t.Fatal(err)
		}
	}

	json := strings.Trim(fmt.Sprintf("%q", operatorPassword+" "+temporaryPassword), `"`)
	// An account with passwords where the documents show none.
	server.SetStatusInfo(alice.ID, `{"status":1,"accountLocked":true,"password":"`+json+`","note":{"currentPassword":"`+json+`"}}`)
	s, err := c.client.StatusInfo(t.Context(), alice.ID)
	if err != nil {
		t.Fatal(err)
	}
	outcome(c.writer.Apply(t.Context(), change.PlanStatus(alice, s, change.Unlock(s))))

	mustNotHoldPassword(t, "an error or an outcome", all.String())
	mustNotHoldPassword(t, "the log", log.String())
	files, err := filepath.Glob(path + "*")
	if err != nil || len(files) < 2 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		mustNotHoldPassword(t, filepath.Base(name), string(text))
	}
	mustVerify(t, path)
	if log.Len() == 0 || !strings.Contains(all.String(), "[redacted]") {
		t.Error("nothing was written or logged at all")
	}
}

// panicking panics with a password in its hands.
type panicking struct {
	change.API
}

func (p *panicking) ResetPassword(_ context.Context, id int64, s hdpclient.Secret) error {
	creds := leakyLogin(operatorPassword)
	panic(fmt.Errorf("reset %d: %v %+v %#v %v %+v %#v", id, s, s, s, creds, creds, creds))
}

func leakyLogin(password string) hdpclient.Credentials {
	return hdpclient.Credentials{User: "leaky", Password: hdpclient.SecretOf(password)}
}

func childPanics(ctx context.Context, url, path string, who change.Subject) error {
	c, err := newConsole(ctx, url, path, setup{login: leakyLogin(operatorPassword), api: func(a change.API) change.API { return &panicking{API: a} }})
	if err != nil {
		return err
	}
	c.writer.ResetPassword(ctx, change.PlanReset(who), hdpclient.SecretOf(temporaryPassword))
	return nil
}

func TestAPanicLeaksNoPasswordAndIsLogged(t *testing.T) {
	t.Parallel()
	server := hdptest.NewServer(t)
	path := filepath.Join(scratchDir(t), "audit.jsonl")
	cmd := child(t, "panic", server.URL, path, "307")
	cmd.Env = append(cmd.Env, "GOTRACEBACK=all")
	out, err := cmd.CombinedOutput()
	if err == nil || !bytes.Contains(out, []byte("panic: reset 307")) || !bytes.Contains(out, []byte("goroutine ")) {
		t.Fatalf("%v: %s", err, out)
	}
	mustNotHoldPassword(t, "the panic", string(out))
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	mustNotHoldPassword(t, "the audit log", string(text))
	all := mustReadLog(t, path)
	if len(all) != 2 || all[1].Outcome != "unknown" || all[1].Message == "" {
		t.Errorf("logged: %+v", all)
	}
	mustVerify(t, path)
}
