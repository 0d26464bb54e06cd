package change_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	json "github.com/go-json-experiment/json"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
)

func TestATimeGoesBackInTheFormItCame(t *testing.T) {
	newYear := hdpclient.At(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC))
	for was, want := range map[string]string{
		`"2026-12-24 21:34:53"`:       `"2027-01-01 00:00:00"`,
		`"2026-12-24T21:34:53Z"`:      `"2027-01-01T00:00:00Z"`,
		`"2026-12-24T22:34:53+01:00"`: `"2027-01-01T01:00:00+01:00"`,
		`1798148093000`:               `1798761600000`,
	} {
		for _, stored := range []string{want, `"2027-01-01 00:00:00"`, `"2027-01-01T00:00:00.000Z"`} {
			f, sent := &fake{}, ""
			read := func(expiry string) {
				if err := json.Unmarshal(fmt.Appendf(nil, `{"passwordStatus":1,"passwordExpiration":%s}`, expiry), &f.password); err != nil {
					t.Fatal(err)
				}
			}
			read(was)
			f.noEcho = true
			f.write = func(store func()) error {
				store()
				body, err := json.Marshal(f.password)
				sent = string(body)
				read(stored)
				return err
			}
			p := f.password
			o := change.NewWriter(t.Context(), f).Apply(t.Context(), change.PlanPassword(alice, p, change.SetExpiry(p, newYear)))
			if o.Kind != change.Applied || !strings.HasSuffix(sent, `"passwordExpiration":`+want+"}") {
				t.Errorf("%s, stored as %s: %s, %v; sent %s", was, stored, o.Kind, o.Err, sent)
			}
		}
		var p hdpclient.PasswordInfo
		if err := json.Unmarshal(fmt.Appendf(nil, `{"passwordStatus":2,"passwordExpiration":%s}`, was), &p); err != nil {
			t.Fatal(err)
		}
		body, err := json.Marshal(change.CancelForcedChange(p))
		if err != nil || !strings.HasSuffix(string(body), `"passwordExpiration":`+was+"}") {
			t.Errorf("%s, kept: %s, %v", was, body, err)
		}
	}
}
