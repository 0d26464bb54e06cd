package timeinput_test

import (
	"strings"
	"testing"
	"time"

	"hdpadmin/internal/timeinput"
)

var now = time.Date(2026, 11, 22, 23, 59, 58, 700e6, time.UTC)

func TestParse(t *testing.T) {
	for in, want := range map[string]string{
		"2026-12-01":                 "2026-12-01 00:00:00",
		"2026-12-01 08:30":           "2026-12-01 08:30:00",
		"2026-12-01 08:30:15":        "2026-12-01 08:30:15",
		"2026-12-01 08:30:15.9":      "2026-12-01 08:30:15",
		"2026-12-01T08:30:15Z":       "2026-12-01 08:30:15",
		"2026-12-01t08:30+01:00":     "2026-12-01 07:30:00",
		"2026-12-01 08:30:15 -05:30": "2026-12-01 14:00:15",
		"2026-12-01 00:30 +02:00":    "2026-11-30 22:30:00",
		"2026-12-24T21:34:53Z":       "2026-12-24 21:34:53",
		"2026-12-24T22:34:53.5+0100": "2026-12-24 21:34:53",
		"2026-12-24 22:34:53 +01":    "2026-12-24 21:34:53",
		"1798148093999":              "2026-12-24 21:34:53",
		"2028-02-29":                 "2028-02-29 00:00:00",
		"  2026-12-01   08:30 ":      "2026-12-01 08:30:00",
		"tomorrow":                   "2026-11-23 00:00:00",
		"Today":                      "2026-11-22 00:00:00",
		"+30d":                       "2026-12-22 23:59:58",
		"+0d":                        "2026-11-22 23:59:58",
		"+2w":                        "2026-12-06 23:59:58",
		"+12h":                       "2026-11-23 11:59:58",
		"+45m":                       "2026-11-23 00:44:58",
	} {
		got, err := timeinput.Parse(in, now)
		if err != nil || got.Never || got.Time.Format(time.DateTime) != want || got.Time.Location() != time.UTC {
			t.Errorf("Parse(%q) = %v, %v; want %s", in, got, err, want)
		}
	}
	if got, err := timeinput.Parse(" NEVER ", now); err != nil || !got.Never {
		t.Errorf("never = %v, %v", got, err)
	}
}

func TestParseErrors(t *testing.T) {
	for in, want := range map[string]string{
		"":                       "enter a date",
		"2026-02-30":             "2026-02-30 is not a date: there is no such day",
		"2026-13-01":             "there is no such month",
		"2026-12-01 25:00":       "there is no such hour",
		"2026-12-01 10:61":       "there is no such minute",
		"2027-02-29":             "is not a date",
		"01.12.2026":             "is not a time",
		"soon":                   "is not a time",
		"1798148093":             "is not a time", // seconds, or the year 1970
		"253402300800000":        "is not a time",
		"+d":                     "as in +30d",
		"+30":                    "as in +30d",
		"+30y":                   "as in +30d",
		"+-3d":                   "as in +30d",
		"+":                      "as in +30d",
		"+99999999d":             "a hundred years",
		"9999-12-31 23:30-05:00": "four digits",
	} {
		got, err := timeinput.Parse(in, now)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Parse(%q) = %v, error %v; want one that says %q", in, got, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"2026-12-01", "+30d", "never", "tomorrow", "2026-12-01T08:30+01:00", "+"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := timeinput.Parse(s, now)
		if err != nil || got.Never {
			return
		}
		// Every parsed time can be written in the API's form and read again.
		again, err := timeinput.Parse(got.Time.Format(time.DateTime), now)
		if err != nil || !again.Time.Equal(got.Time) {
			t.Errorf("Parse(%q) = %v, which does not read back: %v, %v", s, got.Time, again, err)
		}
	})
}
