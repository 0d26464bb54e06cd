package explain_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
	"hdpadmin/internal/explain"
	"hdpadmin/internal/words"
)

func TestAWriteSaysWhoReplied(t *testing.T) {
	t.Parallel()
	const gateway = "A gateway or proxy between you and HDP, not HDP itself, answered "
	html := func(status int) error {
		return &hdpclient.Error{Op: "update status info", Method: "PUT", Status: status, Body: hdpclient.BodyHTML}
	}
	for _, c := range []struct {
		err  error
		says string
	}{
		{html(403), gateway + "403 Forbidden. It blocks this request."},
		{html(405), gateway + "405 Method Not Allowed. It blocks PUT requests."},
		{html(411), gateway + "411 Length Required. It did not receive the length of the request."},
		{html(413), gateway + "413 Request Entity Too Large. The request is too large for it."},
		{html(429), gateway + "429 Too Many Requests. It received too many requests in a short time."},
		{html(502), gateway + "502 Bad Gateway. It got no valid answer from HDP."},
		{html(503), gateway + "503 Service Unavailable. HDP may be starting, overloaded or stopped."},
		{html(504), gateway + "504 Gateway Timeout. It got no answer from HDP in time."},
		{html(499), gateway + "499."},
		{
			&hdpclient.Error{Method: "PUT", Status: 500, Body: hdpclient.BodyEnvelope, Message: hdpclient.TextOf("Out of memory.")},
			"HDP answered 500 Internal Server Error: Out of memory.",
		},
		{errors.New("broken off"), "The error was: broken off."},
	} {
		at := time.Date(2026, 11, 22, 14, 2, 31, 0, time.UTC)
		said := explain.Unconfirmed(change.Outcome{Kind: change.Unknown, Err: c.err, Seen: change.SeenBefore, At: at}, words.Times{Now: func() time.Time { return at }})
		want := []string{c.says, "It is not known yet whether the change was stored. hdpadmin keeps checking. Not stored as of 14:02:31 UTC."}
		if !slices.Equal(said, want) {
			t.Errorf("%q, want %q", said, want)
		}
		// The same is said after hdpadmin has stopped checking.
		if p := explain.Outcome(change.Outcome{Kind: change.Unknown, Err: c.err}, words.Times{}); !strings.HasSuffix(p.Lead, c.says) {
			t.Errorf("%q, want it to end with %q", p.Lead, c.says)
		}
	}
}
