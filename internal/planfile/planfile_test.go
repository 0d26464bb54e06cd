package planfile_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	json "github.com/go-json-experiment/json"
	"pgregory.net/rapid"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
	"hdpadmin/internal/planfile"
)

var now = time.Date(2026, 11, 22, 14, 2, 31, 500, time.UTC)

func statusInfo(t testing.TB, text string) hdpclient.StatusInfo {
	t.Helper()
	var s hdpclient.StatusInfo
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// sample is a plan with a row of each sort.
func sample(t testing.TB) planfile.Plan {
	t.Helper()
	before := statusInfo(t, `{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 13:45:11","accountLockedUntil":null,"apiKey":"hunter2"}`)
	alice := account.Account{ID: 307, Name: hdpclient.TextOf("alice.smith"), TenantID: 56, TenantName: hdpclient.TextOf("Sales")}
	preview := batch.Preview{Action: batch.Unlock(), Rows: []batch.Row{
		{
			ID: 307, Account: alice, Kind: batch.Planned, Notes: []string{"remains inactive"},
			Plan: change.PlanStatus(change.Subject{ID: 307, Name: alice.Name}, before, change.Unlock(before)),
		},
		{ID: 1, Account: account.Account{ID: 1, Name: hdpclient.TextOf("d2cadmin")}, Kind: batch.D2cadmin, Why: "d2cadmin: skipped"},
		{ID: 412, Kind: batch.Unreadable, Why: "could not be read", Err: errors.New("no answer")},
	}}
	p := planfile.New(preview, "bob", "https://HDP.example.com:443/", "INC-4711", now, planfile.DefaultValidity)
	p.ID = "ABCDEFGH23"
	return p
}

func write(t testing.TB, p planfile.Plan) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func read(text []byte) (planfile.Plan, error) { return planfile.Read(bytes.NewReader(text)) }

func TestFormatOfAPlanFile(t *testing.T) {
	got := write(t, sample(t))
	want, err := os.ReadFile(filepath.Join("testdata", "plan.json"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if bytes.Contains(got, []byte("hunter2")) {
		t.Error("it holds a secret")
	}
	p, err := read(got)
	if err != nil || normal(p) != normal(sample(t)) {
		t.Errorf("read back as %+v, %v", p, err)
	}
	rows := p.Planned()
	if len(rows) != 1 || rows[0].ID != 307 || rows[0].UserName != "alice.smith" || !rows[0].Plan.Same(sample(t).Rows[0].Summary) {
		t.Errorf("planned: %+v", rows)
	}
}

// normal returns a plan as text, to compare plans.
func normal(p planfile.Plan) string { return fmt.Sprintf("%q", fmt.Sprintf("%+v", p)) }

func drawPlan(t *rapid.T) planfile.Plan {
	text := rapid.StringN(1, 20, 200)
	name := func(label string) hdpclient.Text { return hdpclient.TextOf(text.Draw(t, label)) }
	p := planfile.Plan{
		PlanFile: batch.NewPlanFile(text.Draw(t, "author")), Server: "https://hdp", Reason: rapid.String().Draw(t, "reason"),
		Created: now.Truncate(time.Second), Action: rapid.SampledFrom([]batch.Action{batch.Unlock(), batch.Deactivate(), batch.SetExpiry(now), batch.ClearExpiry()}).Draw(t, "action"),
	}
	p.Expires = p.Created.Add(time.Duration(rapid.Int64Range(60, 30*24*3600).Draw(t, "validity")) * time.Second)
	for i := range rapid.IntRange(0, 3).Draw(t, "rows") {
		before := hdpclient.StatusInfo{Status: hdpclient.Status(rapid.Int64Range(2, 9).Draw(t, "status")), AccountLocked: hdpclient.Some(true)}
		edit := rapid.SampledFrom([]func(hdpclient.StatusInfo) hdpclient.StatusInfo{change.Unlock, change.Activate, change.Deactivate}).Draw(t, "edit")
		p.Rows = append(p.Rows, planfile.Row{
			Account: planfile.Account{ID: int64(i), UserName: name("name"), TenantID: rapid.Int64().Draw(t, "tenant"), TenantName: name("tenant name")},
			Summary: change.PlanStatus(change.Subject{}, before, edit(before)).Summary(),
			Notes:   rapid.SliceOfN(text, 0, 2).Draw(t, "notes"),
		})
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "left out") {
		p.LeftOut = append(p.LeftOut, planfile.LeftOut{Account: planfile.Account{ID: int64(100 + i), UserName: name("name")}, Kind: batch.Own, Why: text.Draw(t, "why")})
	}
	return p
}

func TestAPlanIsReadAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlan(t)
		var b bytes.Buffer
		if err := p.Write(&b); err != nil {
			t.Fatal(err)
		}
		back, err := read(b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if normal(back) != normal(p) {
			t.Fatalf("wrote %+v\nread  %+v", p, back)
		}
	})
}

// isRefusal reports whether an error of Read is one that a file can cause.
func isRefusal(err error) bool {
	return errors.Is(err, planfile.ErrNotPlan) || errors.Is(err, planfile.ErrEdited) || errors.Is(err, planfile.ErrInvalid) || errors.As(err, new(*planfile.NewerFormatError))
}

func TestEveryEditIsFound(t *testing.T) {
	whole := write(t, sample(t))
	for i := range whole {
		for _, b := range []byte{whole[i] ^ 1, whole[i] ^ 0x20, ' ', '0', 0} {
			edited := slices.Clone(whole)
			if edited[i] = b; bytes.Equal(edited, whole) {
				continue
			}
			if _, err := read(edited); !isRefusal(err) {
				t.Errorf("byte %d changed from %q to %q: %v", i, whole[i], b, err)
			}
		}
		for name, edited := range map[string][]byte{
			"cut off":    whole[:i],
			"removed":    slices.Delete(slices.Clone(whole), i, i+1),
			"duplicated": slices.Insert(slices.Clone(whole), i, whole[i]),
		} {
			if _, err := read(edited); !isRefusal(err) && !bytes.Equal(edited, whole) {
				t.Errorf("byte %d %s: %v", i, name, err)
			}
		}
	}
	for name, edited := range map[string]string{
		"more after the end": string(whole) + "{}",
		"an extra line end":  string(whole) + "\n",
		"CRLF":               strings.ReplaceAll(string(whole), "\n", "\r\n"),
		"another reason":     strings.Replace(string(whole), "INC-4711", "INC-4712", 1),
	} {
		if _, err := read([]byte(edited)); !errors.Is(err, planfile.ErrEdited) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// What an edited file says can still be shown.
	if p, _ := read([]byte(strings.Replace(string(whole), "INC-4711", "INC-4712", 1))); p.Reason != "INC-4712" || len(p.Rows) != 1 {
		t.Errorf("an edited file is read as %+v", p)
	}
	if p, _ := read(whole[:len(whole)-100]); p.ID != "" {
		t.Errorf("a file that was cut off is read as %+v", p)
	}
}

// seal returns the text of a file with a valid checksum, as anyone can make it.
func seal(text string) []byte {
	body, _, _ := strings.Cut(text, ",\n  \"sha256\"")
	return fmt.Appendf(nil, "%s,\n  \"sha256\": \"%x\"\n}\n", body, sha256.Sum256([]byte(body)))
}

func TestAForgedFileThatMakesNoSenseIsRefused(t *testing.T) {
	whole := string(write(t, sample(t)))
	if _, err := read(seal(whole)); err != nil {
		t.Fatal(err)
	}
	for name, edit := range map[string][2]string{
		"unknown member":        {`"reason"`, `"more": 1, "reason"`},
		"unknown member of row": {`"resource"`, `"more":1,"resource"`},
		"member twice":          {`"reason"`, `"id": "ABCDEFGH24", "reason"`},
		"other case":            {`"reason"`, `"Reason"`},
		"no id":                 {`"ABCDEFGH23"`, `""`},
		"a path as id":          {`"ABCDEFGH23"`, `"../../ABCD"`},
		"no author":             {`"bob"`, `""`},
		"no server":             {`"https://hdp.example.com"`, `""`},
		"another spelling":      {`"https://hdp.example.com"`, `"https://hdp.example.com/"`},
		"no operation":          {`"unlock"`, `"reset"`},
		"an undo":               {`"unlock"`, `"undo unlock"`},
		"expires in a year":     {`"2026-11-23T`, `"2027-11-23T`},
		"expired when made":     {`"2026-11-23T`, `"2026-11-21T`},
		"no time":               {`"2026-11-22T14:02:31Z"`, `"yesterday"`},
		"an account twice":      {`"id":1,`, `"id":307,`},
		"a negative id":         {`"id":307,`, `"id":-307,`},
		"a fraction as id":      {`"id":307,`, `"id":307.5,`},
		"no user name":          {`"userName":"alice.smith",`, ``},
		"another resource":      {`"resource":"statusinfo"`, `"resource":"resetpassword"`},
		"no fingerprint":        {`"read":"`, `"read":"00`},
		"bad UTF-8":             {`INC-4711`, "INC-\xff"},
	} {
		if !strings.Contains(whole, edit[0]) {
			t.Fatalf("%s: the file has no %s", name, edit[0])
		}
		if _, err := read(seal(strings.Replace(whole, edit[0], edit[1], 1))); !errors.Is(err, planfile.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOtherFilesAreNoPlans(t *testing.T) {
	for _, text := range []string{"", "{", "[]", "null", "{}", `{"schema":"hdpadmin/1","changed":false}`, `{"schema":"hdpadmin/plan"}`, `{"schema":"hdpadmin/plan","format":0}`, "account\n307\n"} {
		if _, err := read([]byte(text)); !errors.Is(err, planfile.ErrNotPlan) {
			t.Errorf("%q: %v", text, err)
		}
	}
	var newer *planfile.NewerFormatError
	if _, err := read([]byte("{\"schema\": \"hdpadmin/plan\",\n\"format\": 2, whatever follows")); !errors.As(err, &newer) || newer.Format != 2 {
		t.Errorf("a newer format: %v", err)
	}
	if _, err := planfile.Read(endless{}); !errors.Is(err, planfile.ErrNotPlan) {
		t.Errorf("an endless file: %v", err)
	}
}

type endless struct{}

func (endless) Read(b []byte) (int, error) { return len(b), nil }

func TestAPlanIsForOneServerAndExpires(t *testing.T) {
	p := sample(t)
	if err := p.CheckServer("https://hdp.example.com"); err != nil {
		t.Error(err)
	}
	var other *planfile.OtherServerError
	if err := p.CheckServer("https://hdp2.example.com"); !errors.As(err, &other) || other.Server != p.Server {
		t.Errorf("another server: %v", err)
	}
	for at, expired := range map[time.Duration]bool{0: false, 24*time.Hour - time.Second: false, 24 * time.Hour: true} {
		if got := p.IsExpired(p.Created.Add(at)); got != expired {
			t.Errorf("after %v: expired %v", at, got)
		}
	}
	for d, valid := range map[time.Duration]bool{time.Minute: true, 720 * time.Hour: true, 0: false, -time.Hour: false, 721 * time.Hour: false} {
		if err := planfile.CheckValidity(d); (err == nil) != valid {
			t.Errorf("%v: %v", d, err)
		}
	}
}

// A name that is not UTF-8 is written with a mark, and still means the same account.
func TestANameInAnOldEncodingIsWritten(t *testing.T) {
	p := sample(t)
	p.Rows[0].UserName = hdpclient.TextOf("m\xfcller")
	back, err := read(write(t, p))
	if err != nil || back.Rows[0].UserName.Raw() != "m\uFFFDller" {
		t.Errorf("%q, %v", back.Rows[0].UserName.Raw(), err)
	}
}

func TestAPlanThatCannotBeReadBackIsNotWritten(t *testing.T) {
	p := sample(t)
	p.Author = ""
	if err := p.Write(new(bytes.Buffer)); !errors.Is(err, planfile.ErrInvalid) {
		t.Errorf("without an author: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	whole := write(f, sample(f))
	f.Add(whole)
	f.Add([]byte(`{"schema":"hdpadmin/plan","format":2}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, text := range [][]byte{text, seal(string(text))} {
			p, err := read(text)
			if err != nil {
				if !isRefusal(err) {
					t.Fatalf("%v", err)
				}
				continue
			}
			back, err := read(write(t, p))
			if err != nil || normal(back) != normal(p) {
				t.Fatalf("read %+v\nread again %+v, %v", p, back, err)
			}
		}
	})
}
