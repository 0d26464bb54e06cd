package hdpclient

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

var aStatus = StatusInfo{Status: Active}

func TestWriteAnswers(t *testing.T) {
	tests := []struct {
		name   string
		status int
		body   string
		echo   bool
		is     []string // nil: no error
		kind   BodyKind
	}{
		{name: "200 with the echo", status: 200, body: `{"status":1}`, echo: true},
		{name: "201 with the echo", status: 201, body: `{"status":1}`, echo: true},
		{name: "200 without a body", status: 200},
		{name: "204", status: 204},
		{"200 with a page", 200, `<html><title>Proxy</title></html>`, false, []string{"unknown"}, BodyHTML},
		{"200 cut in the middle", 200, `{"status":`, false, []string{"unknown"}, BodyCut},
		{"200 with null", 200, `null`, false, []string{"unknown"}, BodyOther},
		{"200 with another object", 200, `{"success":true}`, false, []string{"unknown"}, BodyOther},
		{"200 with an envelope", 200, notFoundEnvelope, false, []string{"unknown", "not found"}, BodyEnvelope},
		{"302", 302, ``, false, []string{"unknown"}, BodyEmpty},
		{"307", 307, ``, false, []string{"unknown"}, BodyEmpty},
		{"400 with an envelope", 400, notFoundEnvelope, false, []string{"refused", "not found"}, BodyEnvelope},
		{"404 with an envelope", 404, notFoundEnvelope, false, []string{"refused", "not found"}, BodyEnvelope},
		{"400 with a page", 400, `<html>`, false, []string{"unknown"}, BodyHTML},
		{"404 without a body", 404, ``, false, []string{"unknown"}, BodyEmpty},
		{"403 with an envelope", 403, `{"error":{"code":"222208103","message":{"lang":"en-US","value":"You lack the permissions to access this url."}}}`, false, []string{"refused", "forbidden"}, BodyEnvelope},
		{"403 without JSON", 403, `denied`, false, []string{"unknown", "forbidden"}, BodyOther},
		{"401 with an envelope", 401, `{"error":{"code":222206007,"message":{"lang":"en-US","value":"Invalid user ID or password."}}}`, false, []string{"refused", "unauthorized"}, BodyEnvelope},
		{"401 without a body", 401, ``, false, []string{"unknown", "unauthorized"}, BodyEmpty},
		{"429 with an envelope", 429, notFoundEnvelope, false, []string{"refused", "not found", "unavailable"}, BodyEnvelope},
		{"500 with an envelope", 500, notFoundEnvelope, false, []string{"unknown", "not found"}, BodyEnvelope},
		{"502", 502, `bad gateway`, false, []string{"unknown", "unavailable"}, BodyOther},
		{"503", 503, ``, false, []string{"unknown", "unavailable"}, BodyEmpty},
		{"504", 504, ``, false, []string{"unknown", "unavailable"}, BodyEmpty},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var requests counter
			c, w := dial(t, inTurn(&requests, func(rw http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodPut || r.URL.Path != "/api/admin/users/307/statusinfo" {
					t.Errorf("%s %s", r.Method, r.URL)
				}
				reply(test.status, test.body, "Location", "/elsewhere")(rw, r)
			}))
			echo, err := c.UpdateStatusInfo(t.Context(), 307, aStatus)
			if requests.get() != 1 || len(w.all) != 0 {
				t.Errorf("%d requests, %v waited: a write is sent once", requests.get(), w.all)
			}
			if test.is == nil {
				if err != nil {
					t.Fatal(err)
				}
				if got, ok := echo.Get(); ok != test.echo || ok && got.Status != Active {
					t.Errorf("echo %+v, want an echo: %v", echo, test.echo)
				}
				return
			}
			wantIs(t, err, test.is...)
			e := asError(t, err)
			if e.Status != test.status || e.Body != test.kind || e.Attempts != 1 {
				t.Errorf("status %d, body %q, attempts %d", e.Status, e.Body, e.Attempts)
			}
			if !e.Snippet.IsZero() {
				t.Errorf("the answer to a write is quoted: %q", e.Snippet)
			}
		})
	}
}

// hangUp closes the connection in the middle of a request.
func hangUp(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	panic(http.ErrAbortHandler)
}

func TestWriteThatIsNotAnswered(t *testing.T) {
	var requests counter
	c, w := dial(t, inTurn(&requests, reply(200, `{"status":1}`), hangUp))
	// On a connection that was used before, net/http repeats requests that it considers
	// safe.
	if _, err := c.StatusInfo(t.Context(), 307); err != nil {
		t.Fatal(err)
	}
	_, err := c.UpdateStatusInfo(t.Context(), 307, aStatus)
	wantIs(t, err, "unknown", "unavailable")
	if requests.get() != 2 || len(w.all) != 0 {
		t.Errorf("%d requests, want the read and one write", requests.get())
	}
	if e := asError(t, err); e.Status != 0 || e.Body != BodyNone || !errors.Is(err, io.EOF) {
		t.Errorf("%+v", e)
	}
}

func TestWriteOverHTTP2IsSentOnce(t *testing.T) {
	var requests counter
	server := httptest.NewUnstartedServer(inTurn(&requests, func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 {
			t.Errorf("came over %s", r.Proto)
		}
		reply(200, `{"status":1}`)(w, r)
	}, hangUp))
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	c, err := New(server.URL, WithRootCAs(server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	c.SetCredentials(Credentials{User: "ops", Password: SecretOf(testPassword)})
	if _, err := c.StatusInfo(t.Context(), 307); err != nil {
		t.Fatal(err)
	}
	_, err = c.UpdateStatusInfo(t.Context(), 307, aStatus)
	wantIs(t, err, "unknown", "unavailable")
	if requests.get() != 2 {
		t.Errorf("%d requests", requests.get())
	}
}

func TestWriteWhoseAnswerIsCut(t *testing.T) {
	c, _ := dial(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "400")
		_, _ = io.WriteString(w, `{"status":1}`)
	})
	_, err := c.UpdateStatusInfo(t.Context(), 307, aStatus)
	wantIs(t, err, "unknown", "unavailable")
	if e := asError(t, err); e.Status != 200 || e.Body != BodyCut {
		t.Errorf("status %d, body %s", e.Status, e.Body)
	}
}

func TestWriteIsNotSent(t *testing.T) {
	var requests counter
	put := func(c *Client, ctx context.Context) error {
		_, err := c.UpdateStatusInfo(ctx, 307, aStatus)
		return err
	}
	t.Run("to a closed port", func(t *testing.T) {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		_ = listener.Close()
		c, err := New("http://" + listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		c.SetCredentials(Credentials{User: "ops", Password: SecretOf(testPassword)})
		wantIs(t, put(c, t.Context()), "not sent", "unavailable")
	})
	t.Run("once the context is done", func(t *testing.T) {
		c, _ := dial(t, inTurn(&requests, reply(200, `{"status":1}`)))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		wantIs(t, put(c, ctx), "not sent", "canceled")
	})
	t.Run("without credentials", func(t *testing.T) {
		c, _ := dial(t, inTurn(&requests, reply(200, `{"status":1}`)))
		c.ClearCredentials()
		wantIs(t, put(c, t.Context()), "not sent", "no credentials")
	})
	t.Run("with a login name that Basic would cut at its colon", func(t *testing.T) {
		c, _ := dial(t, inTurn(&requests, reply(200, `{"status":1}`)))
		c.SetCredentials(Credentials{User: "ops:x", Password: SecretOf(testPassword)})
		wantIs(t, put(c, t.Context()), "not sent")
	})
	t.Run("with an empty password", func(t *testing.T) {
		c, _ := dial(t, inTurn(&requests, reply(204, ``)))
		wantIs(t, c.ResetPassword(t.Context(), 307, Secret{}), "not sent")
	})
	if requests.get() != 0 {
		t.Errorf("%d requests were sent", requests.get())
	}
}

func TestWriteWhoseContextEndsInFlight(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c, _ := dial(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		cancel()
		<-r.Context().Done()
	})
	_, err := c.UpdateStatusInfo(ctx, 307, aStatus)
	wantIs(t, err, "unknown", "canceled")
}

func TestWriteThatTakesTooLong(t *testing.T) {
	c, _ := dial(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	}, WithTimeout(300*time.Millisecond)) // long enough to connect on a busy machine
	_, err := c.UpdateStatusInfo(t.Context(), 307, aStatus)
	wantIs(t, err, "unknown", "deadline", "unavailable")
	if !strings.Contains(err.Error(), "no answer within 300ms") {
		t.Error(err)
	}
}

// net/http quotes a response that is not HTTP, and it may contain anything.
func TestAnswerThatIsNotHTTP(t *testing.T) {
	c, _ := dial(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		conn, buffered, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		writer := bufio.NewWriter(buffered)
		_, _ = io.WriteString(writer, "newPassword=Plum-Secret-9 \x1b[2J\r\n\r\n")
		_ = writer.Flush()
	})
	err := c.ResetPassword(t.Context(), 307, SecretOf("Plum-Secret-9"))
	wantIs(t, err, "unknown", "unavailable")
	if text := err.Error(); strings.Contains(text, "Plum") || strings.Contains(text, "\x1b") {
		t.Errorf("%q", text)
	}
}

func TestResetPasswordSendsThePassword(t *testing.T) {
	const password = "Qu\"ote\\ \u2028 \u00fc"
	c, _ := dial(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if string(body) != `{"newPassword":"Qu\"ote\\ `+"\u2028"+` ü"}` || r.URL.Path != "/api/admin/users/307/resetpassword" {
			t.Errorf("%s %s", r.URL, body)
		}
		w.WriteHeader(http.StatusNoContent)
	})
	if err := c.ResetPassword(t.Context(), 307, SecretOf(password)); err != nil {
		t.Error(err)
	}
}

// A new password cannot be read back, so only the documented answer is a success.
func TestOnlyADocumentedAnswerAcceptsANewPassword(t *testing.T) {
	for _, test := range []struct {
		name         string
		status       int
		body         string
		reset, owned bool // whether it is a success
	}{
		{"204", 204, "", true, true},
		{"an empty 200", 200, "", true, true},
		{"the password info", 200, `{"passwordStatus":1,"passwordExpiration":null}`, false, true},
		{"a gateway's error", 200, `{"error":"upstream request timeout","status":504}`, false, false},
		{"another program's error", 200, `{"timestamp":"2026-11-22","status":500,"error":"Internal Server Error"}`, false, false},
		{"success false", 200, `{"success":false}`, false, false},
		{"an empty object", 200, `{}`, false, false},
		{"a page", 200, `<html>`, false, false},
		{"an envelope", 200, notFoundEnvelope, false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, _ := dialProven(t, reply(test.status, test.body))
			reset := c.ResetPassword(t.Context(), 307, SecretOf("Tmp-Kite93!"))
			_, owned := c.ChangePassword(t.Context(), SecretOf(testPassword), SecretOf("Quiet-Pond77"))
			for what, got := range map[string]struct {
				err error
				ok  bool
			}{"reset": {reset, test.reset}, "own": {owned, test.owned}} {
				if got.ok != (got.err == nil) || !got.ok && !errors.Is(got.err, ErrOutcomeUnknown) {
					t.Errorf("%s: %v, want success: %v", what, got.err, got.ok)
				}
			}
		})
	}
}
