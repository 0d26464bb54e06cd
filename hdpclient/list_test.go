package hdpclient

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	json "github.com/go-json-experiment/json"
)

func collect(t *testing.T, c *Client, ctx context.Context, opts UsersOptions) ([]User, error) {
	t.Helper()
	var users []User
	var failed error
	for u, err := range c.Users(ctx, opts) {
		if failed != nil {
			t.Error("the list continues after the error")
		}
		if err != nil {
			failed = err
			continue
		}
		users = append(users, u)
	}
	return users, failed
}

const twoUsers = `{"id":1,"userName":"a","statusInfo":{"status":1}},{"id":2,"userName":"b","statusInfo":{"status":0}}`

func TestUsers(t *testing.T) {
	tests := []struct {
		name, body string
		ids        []int64
		kind       BodyKind // of the error, BodyNone for none
		is         []string
	}{
		{name: "the list", body: `{"users":[` + twoUsers + `]}`, ids: []int64{1, 2}},
		{name: "after a byte order mark", body: "\ufeff" + `{"users":[` + twoUsers + `]}`, ids: []int64{1, 2}},
		{name: "among other properties", body: ` {"total":{"n":[1]},"users":[` + twoUsers + `],"next":null} ` + "\n", ids: []int64{1, 2}},
		{name: "empty", body: `{"users":[]}`},
		{name: "null", body: `{"users":null}`},
		{name: "an invalid UTF-8 byte", body: `{"users":[{"id":1,"userName":"a` + "\xff" + `","statusInfo":{"status":1}},{"id":2}]}`, ids: []int64{1, 2}},
		{name: "a property twice", body: `{"users":[{"id":1,"x":1,"x":2},{"id":2}]}`, ids: []int64{1, 2}},
		{name: "rows that are not accounts", body: `{"users":[null,7,{"id":3}]}`, ids: []int64{0, 0, 3}},
		{name: "cut in a row", body: `{"users":[{"id":1},{"id":`, ids: []int64{1}, kind: BodyCut},
		{name: "cut after a row", body: `{"users":[{"id":1}`, ids: []int64{1}, kind: BodyCut},
		{name: "cut after a comma", body: `{"users":[{"id":1},`, ids: []int64{1}, kind: BodyCut},
		{name: "without the last brace", body: `{"users":[{"id":1}]`, ids: []int64{1}, kind: BodyCut},
		{name: "with something after it", body: `{"users":[{"id":1}]}{"users":[{"id":2}]}`, ids: []int64{1}, kind: BodyOther},
		{name: "two lists", body: `{"users":[{"id":1}],"users":[{"id":2}]}`, ids: []int64{1}, kind: BodyOther},
		{name: "no list", body: `{"accounts":[]}`, kind: BodyOther},
		{name: "users is an object", body: `{"users":{}}`, kind: BodyOther},
		{name: "an array", body: `[{"id":1}]`, kind: BodyOther},
		{name: "nothing", body: ``, kind: BodyEmpty},
		{name: "blanks", body: "  \n", kind: BodyEmpty},
		{name: "a page", body: "<!DOCTYPE html><html><title>Sign in</title>", kind: BodyHTML},
		{name: "a page after rows", body: `{"users":[{"id":1},<html>`, ids: []int64{1}, kind: BodyOther},
		{name: "an envelope", body: `{"error":{"code":222208103,"message":{"lang":"en-US","value":"no"}}}`, kind: BodyEnvelope, is: []string{"forbidden"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, _ := dial(t, reply(200, test.body, "Content-Type", "application/json"))
			users, err := collect(t, c, t.Context(), UsersOptions{})
			if got, want := fmt.Sprint(ids(users)), fmt.Sprint(test.ids); got != want {
				t.Errorf("ids %s, want %s", got, want)
			}
			if test.kind == BodyNone {
				if err != nil {
					t.Error(err)
				}
				return
			}
			wantIs(t, err, test.is...)
			if e := asError(t, err); e.Body != test.kind || e.Status != 200 {
				t.Errorf("%v: body %q, want %q", err, e.Body, test.kind)
			}
		})
	}
}

func ids(users []User) []int64 {
	var all []int64
	for _, u := range users {
		all = append(all, u.ID)
	}
	return all
}

func TestUndocumentedRows(t *testing.T) {
	c, _ := dial(t, reply(200, `{"users":[
		{"id":"7","userName":"text id","statusInfo":{"status":1},"passwordInfo":{"passwordExpiration":null},"tenantId":56},
		{"userName":"no id"},
		{"id":9,"userName":"odd","statusInfo":{"status":"on"},"permissions":{"roles":[1]}},
		{"id":10,"AuthUsername":"case"}
	]}`))
	users, err := collect(t, c, t.Context(), UsersOptions{})
	if err != nil || len(users) != 4 {
		t.Fatal(users, err)
	}
	if u := users[0]; u.ID != 7 || u.TenantID != Some[int64](56) || fmt.Sprint(u.Unreadable) != "[passwordInfo]" || !u.PasswordInfo.IsZero() || u.StatusInfo.IsZero() {
		t.Errorf("%+v", u)
	}
	if u := users[1]; u.ID != 0 || u.UserName.Raw() != "no id" || fmt.Sprint(u.Unreadable) != "[id]" {
		t.Errorf("%+v", u)
	}
	if u := users[2]; fmt.Sprint(u.Unreadable) != "[statusInfo]" || len(u.Permissions.Or(Permissions{}).Roles) != 1 {
		t.Errorf("%+v", u)
	}
	if u := users[3]; u.AuthUserName.Raw() != "case" || u.Unreadable != nil {
		t.Errorf("%+v", u)
	}
}

func TestIDInAnyIntegerSpelling(t *testing.T) {
	for wire, want := range map[string]int64{
		`307`: 307, `"307"`: 307, `307.0`: 307, `"307.0"`: 307, `3.07e2`: 307, `"3.07E+2"`: 307, `30700e-2`: 307, `307.000e0`: 307, `" 307 "`: 307,
		`9223372036854775807`: 9223372036854775807, `922337203685477580.7e1`: 9223372036854775807,
		`0`: 0, `-307`: 0, `307.5`: 0, `"307x"`: 0, `"0x133"`: 0, `""`: 0, `"three"`: 0, `null`: 0, `true`: 0, `[307]`: 0, `{"value":307}`: 0,
		`9223372036854775808`: 0, `1e19`: 0, `1e999999999999999999`: 0, `1e-999999999`: 0, `0e999999999`: 0, `"+307"`: 0, `"NaN"`: 0,
	} {
		var u User
		err := json.Unmarshal([]byte(`{"id":`+wire+`,"userName":"alice","tenantId":`+wire+`}`), &u, lenient())
		if err != nil || u.ID != want || slices.Contains(u.Unreadable, "id") != (want == 0) || u.UserName.Raw() != "alice" {
			t.Errorf("%s: id %d, not readable: %q, %v", wire, u.ID, u.Unreadable, err)
		}
		if tenant := u.TenantID.Or(0); want != 0 && tenant != want {
			t.Errorf("%s: tenant %d", wire, tenant)
		}
	}
}

func TestListIsRetriedOnlyBeforeTheFirstRow(t *testing.T) {
	abortAfter := func(start string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, start)
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}
	}
	whole := reply(200, `{"users":[`+twoUsers+`]}`)
	t.Run("nothing was yielded", func(t *testing.T) {
		var requests counter
		c, _ := dialProven(t, inTurn(&requests, reply(503, ""), abortAfter(`{"users":[`), whole))
		users, err := collect(t, c, t.Context(), UsersOptions{})
		if err != nil || len(users) != 2 || requests.get() != 3 {
			t.Errorf("%d users, %v, %d requests", len(users), err, requests.get())
		}
	})
	t.Run("a row was yielded", func(t *testing.T) {
		var requests counter
		c, _ := dialProven(t, inTurn(&requests, abortAfter(`{"users":[{"id":1},`), whole))
		users, err := collect(t, c, t.Context(), UsersOptions{})
		wantIs(t, err, "unavailable")
		if len(users) != 1 || requests.get() != 1 || asError(t, err).Body != BodyCut {
			t.Errorf("%d users, %v, %d requests", len(users), err, requests.get())
		}
	})
	t.Run("shorter than its Content-Length", func(t *testing.T) {
		c, _ := dialProven(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, `{"users":[`+twoUsers+`]}`)
		})
		users, err := collect(t, c, t.Context(), UsersOptions{})
		wantIs(t, err, "unavailable")
		if len(users) != 2 {
			t.Errorf("%d users", len(users))
		}
	})
}

func TestListStreams(t *testing.T) {
	next := make(chan struct{})
	c, _ := dial(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/statusinfo") {
			_, _ = io.WriteString(w, `{"status":1}`)
			return
		}
		if r.URL.RawQuery != "details=true" {
			t.Errorf("asked for %s", r.URL)
		}
		_, _ = io.WriteString(w, `{"users":[{"id":1},`)
		_ = http.NewResponseController(w).Flush()
		<-next
		_, _ = io.WriteString(w, `{"id":2}]}`)
	})
	var last int64
	n := 0
	for u, err := range c.Users(t.Context(), UsersOptions{Progress: func(read, total int64) {
		if total != -1 || read <= last {
			t.Errorf("progress %d of %d after %d", read, total, last)
		}
		last = read
	}}) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; u.ID == 1 {
			// The list takes one slot, and one is left.
			if _, err := c.StatusInfo(t.Context(), 1); err != nil {
				t.Error(err)
			}
			close(next)
		}
	}
	if n != 2 || last != 29 {
		t.Errorf("%d users, %d bytes", n, last)
	}
}

func TestListReportsItsLength(t *testing.T) {
	body := `{"users":[` + twoUsers + `]}`
	c, _ := dial(t, reply(200, body, "Content-Length", fmt.Sprint(len(body))))
	var read, total int64
	if _, err := collect(t, c, t.Context(), UsersOptions{Progress: func(r, n int64) { read, total = r, n }}); err != nil {
		t.Fatal(err)
	}
	if read != int64(len(body)) || total != read {
		t.Errorf("%d of %d", read, total)
	}
}

func TestListReleasesItsSlot(t *testing.T) {
	c, _ := dial(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"users":[`+twoUsers+`]}`)
	}, WithMaxInFlight(1))
	for range 3 {
		for _, err := range c.Users(t.Context(), UsersOptions{}) {
			if err != nil {
				t.Error(err)
			}
			break
		}
	}
	func() {
		defer func() { _ = recover() }()
		for _, err := range c.Users(t.Context(), UsersOptions{}) {
			panic(fmt.Sprint("the reader's own, after ", err))
		}
	}()
	if users, err := collect(t, c, t.Context(), UsersOptions{}); err != nil || len(users) != 2 {
		t.Error(users, err)
	}
}

func TestListTimesOutOnSilence(t *testing.T) {
	for name, start := range map[string]string{"before the headers": "", "between rows": `{"users":[{"id":1},`} {
		t.Run(name, func(t *testing.T) {
			c, _ := dial(t, func(w http.ResponseWriter, r *http.Request) {
				if start != "" {
					_, _ = io.WriteString(w, start)
					_ = http.NewResponseController(w).Flush()
				}
				<-r.Context().Done()
			}, WithTimeout(30*time.Millisecond))
			_, err := collect(t, c, t.Context(), UsersOptions{})
			wantIs(t, err, "unavailable", "deadline")
			if !strings.Contains(err.Error(), "no answer within 30ms") {
				t.Error(err)
			}
		})
	}
}

func TestListEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	c, _ := dial(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `{"users":[{"id":1},`)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	var failed error
	for _, err := range c.Users(ctx, UsersOptions{}) {
		cancel()
		failed = err
	}
	wantIs(t, failed, "canceled")
}

func TestBodySizeIsLimited(t *testing.T) {
	huge := bytes.Repeat([]byte(" "), maxBody+2)
	c, _ := dial(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"status":1`))
		_, _ = w.Write(huge)
		_, _ = w.Write([]byte(`}`))
	})
	_, err := c.StatusInfo(t.Context(), 307)
	if e := asError(t, err); e.Body != BodyTooLarge || !errors.Is(err, errTooLarge) {
		t.Errorf("%+v", e)
	}
	_, err = c.UpdateStatusInfo(t.Context(), 307, aStatus)
	wantIs(t, err, "unknown")
}

// endless is a body without an end that counts what was read.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	if e.read > 2*maxBody {
		return 0, errors.New("read on and on")
	}
	e.read += len(p)
	return len(p), nil
}

func (*endless) Close() error { return nil }

func TestEndlessBodyIsReadOnlyToTheLimit(t *testing.T) {
	body := &endless{}
	a := readResponse(&http.Response{Body: body}, maxBody)
	if !errors.Is(a.err, errTooLarge) || body.read > maxBody+1 {
		t.Errorf("%v after %d bytes", a.err, body.read)
	}
}

// The decoder takes an error that wraps io.EOF for a proper end, so the body must
// remember the error.
func TestListWithABodyErrorAtTheEndIsIncomplete(t *testing.T) {
	broken := fmt.Errorf("connection reset: %w", io.EOF)
	body := io.MultiReader(strings.NewReader(`{"users":[]}`), iotest.ErrReader(broken))
	b := &listBody{body: body, watchdog: time.AfterFunc(time.Hour, func() {}), silence: time.Hour}
	defer b.watchdog.Stop()
	l := list{yield: func(User, error) bool { return true }}
	if err := l.decode(b, &pass{gate: newAuthGate(1, noConnections())}); !errors.Is(err, broken) {
		t.Errorf("the list ended with %v", err)
	}
}

// packedList serves a gzip list of accounts until the reader stops.
func packedList(row func(i int) string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, err := io.WriteString(z, `{"users":[`+row(0))
		for i := 1; err == nil; i++ {
			_, err = io.WriteString(z, ","+row(i))
		}
	}
}

func TestCompressedListIsLimited(t *testing.T) {
	filler := strings.Repeat(" ", 1<<20)
	c, _ := dial(t, packedList(func(i int) string { return `{"id":` + strconv.Itoa(i) + `}` + filler }))
	users, err := collect(t, c, t.Context(), UsersOptions{})
	e := asError(t, err)
	if e.Body != BodyTooLarge || !errors.Is(err, errTooDense) || len(users) < 10 || len(users) > 20 {
		t.Errorf("%d accounts, %v", len(users), err)
	}
}

// The list is pretty-printed, and many properties are the same in every account.
func TestRepetitiveListIsRead(t *testing.T) {
	const rows = 3000
	same := strings.Repeat(",\n                \"attribute\" : \"0000000000000000\"", 200)
	packed := packedList(func(i int) string { return `{"id":` + strconv.Itoa(i+1) + `,"attributes":{"z":0` + same + `}}` })
	c, _ := dial(t, packed)
	n := 0
	for _, err := range c.Users(t.Context(), UsersOptions{}) {
		if err != nil {
			t.Fatalf("after %d accounts: %v", n, err)
		}
		if n++; n == rows {
			break
		}
	}
}

func TestCompressedAnswerIsRead(t *testing.T) {
	c, _ := dial(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept-Encoding") != "gzip" {
			t.Errorf("asked for %q", r.Header.Get("Accept-Encoding"))
		}
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = io.WriteString(z, `{"status":1,"users":[{"id":307}]}`)
		_ = z.Close()
	})
	if s, err := c.StatusInfo(t.Context(), 307); err != nil || s.Status != 1 {
		t.Errorf("%+v, %v", s, err)
	}
	if users, err := collect(t, c, t.Context(), UsersOptions{}); err != nil || len(users) != 1 {
		t.Errorf("%d accounts, %v", len(users), err)
	}
}

func TestRowCountIsLimited(t *testing.T) {
	body := &listBody{body: strings.NewReader(`{"users":[{"id":1},{"id":2}]}`), watchdog: time.AfterFunc(time.Hour, func() {}), silence: time.Hour}
	defer body.watchdog.Stop()
	l := list{yield: func(User, error) bool { return true }, yielded: maxRows - 1}
	err := l.decode(body, &pass{gate: newAuthGate(1, noConnections())})
	if e := l.newListError(t.Context(), t.Context(), err, body, &pass{}, 1, 0); e.Body != BodyTooLarge || !errors.Is(e, errTooManyRows) || l.yielded != maxRows {
		t.Errorf("%d accounts, %v", l.yielded, e)
	}
}

func TestListSizeIsLimited(t *testing.T) {
	b := &listBody{body: strings.NewReader("xx"), read: maxList, watchdog: time.AfterFunc(time.Hour, func() {}), silence: time.Hour}
	if _, err := b.Read(make([]byte, 8)); !errors.Is(err, errTooLarge) || !errors.Is(b.err, errTooLarge) {
		t.Error(err)
	}
	b.watchdog.Stop()
}
