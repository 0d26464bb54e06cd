package change_test

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"time"

	json "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"pgregory.net/rapid"

	"hdpadmin/hdpclient"
)

// object is the model's status info: the JSON text of each property. It shares no code with the
// package under test.
type object map[string]string

// means returns the meaning of a property to HDP, by the model's own rules.
func (o object) means(name string) string {
	switch text := o[name]; {
	case text != "" && text != "null":
		return text
	case name == "accountLocked":
		return "false"
	default:
		return "null"
	}
}

// differing returns the names of the properties that differ in meaning.
func (o object) differing(from object) map[string]bool {
	names := map[string]bool{}
	for _, side := range []object{o, from} {
		for name := range side {
			if o.means(name) != from.means(name) {
				names[name] = true
			}
		}
	}
	return names
}

func (o object) text() string {
	var members []string
	for name, value := range o {
		members = append(members, fmt.Sprintf("%q:%s", name, value))
	}
	return "{" + strings.Join(members, ",") + "}"
}

func objectFrom(v any) object {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	var raw map[string]jsontext.Value
	if err := json.Unmarshal(text, &raw); err != nil {
		panic(err)
	}
	o := object{}
	for name, value := range raw {
		o[name] = string(value)
	}
	return o
}

func (o object) info() hdpclient.StatusInfo {
	var s hdpclient.StatusInfo
	if err := json.Unmarshal([]byte(o.text()), &s); err != nil {
		panic(err)
	}
	return s
}

// fate is how one PUT ends.
type fate string

const (
	taken      fate = "taken"
	takenMute  fate = "taken, no echo"
	takenPart  fate = "taken in part"
	refusedPut fate = "refused"
	unsent     fate = "not sent"
	lostBefore fate = "lost before"
	lostAfter  fate = "lost after"
	lostLate   fate = "lost, arrives late"
)

// world is a server that another administrator uses too: before every call, a draw decides whether
// that one, or a late write, comes first.
type world struct {
	t      *rapid.T
	busy   bool // whether others act and anything fails
	stored object
	late   []object

	// What happened in the current write.
	bodies     []object // PUTs that left the client
	before     []object // the last read before each PUT
	arrived    bool     // whether the PUT reached the account in time
	read       object   // the last successful read
	lastFail   bool     // whether the last read failed
	faults     int
	interfered int
	calls      []string
}

func (w *world) begin() {
	w.bodies, w.before, w.read, w.lastFail, w.faults, w.interfered, w.calls = nil, nil, nil, false, 0, 0, nil
	w.arrived = false
}

func (w *world) interfere() {
	if !w.busy {
		return
	}
	if len(w.late) > 0 && rapid.IntRange(0, 3).Draw(w.t, "late arrives") == 0 {
		w.stored, w.late = w.late[0], w.late[1:]
		w.interfered++
	}
	if rapid.IntRange(0, 9).Draw(w.t, "another administrator") == 0 {
		w.stored = drawEdit(w.t, w.stored)
		w.interfered++
	}
}

// drawEdit changes one property of o, or the lock with its times.
func drawEdit(t *rapid.T, o object) object {
	o = maps.Clone(o)
	set := func(name string, values ...string) {
		if value := rapid.SampledFrom(values).Draw(t, name); value == "" {
			delete(o, name)
		} else {
			o[name] = value
		}
	}
	times := []string{"", "null", `"2026-11-22 13:45:11"`, `"2026-11-22 14:15:11"`, `"soon"`}
	switch rapid.SampledFrom([]string{"status", "lock", "unlock", "at", "until", "unknown"}).Draw(t, "edit") {
	case "status":
		set("status", "0", "1", "7")
	case "lock":
		o["accountLocked"] = "true"
		set("accountLockedAt", times...)
		set("accountLockedUntil", times...)
	case "unlock":
		set("accountLocked", "", "null", "false")
		delete(o, "accountLockedAt")
		delete(o, "accountLockedUntil")
	case "at":
		set("accountLockedAt", times...)
	case "until":
		set("accountLockedUntil", times...)
	case "unknown":
		set("riskScore", "", "null", "0.870", `["vip"]`)
	}
	return o
}

func (w *world) StatusInfo(context.Context, int64) (hdpclient.StatusInfo, error) {
	w.interfere()
	w.calls = append(w.calls, "GET")
	if w.lastFail = w.busy && rapid.IntRange(0, 9).Draw(w.t, "read fails") == 0; w.lastFail {
		w.faults++
		return hdpclient.StatusInfo{}, errDown
	}
	w.read = maps.Clone(w.stored)
	return w.stored.info(), nil
}

func (w *world) UpdateStatusInfo(_ context.Context, _ int64, s hdpclient.StatusInfo) (hdpclient.Opt[hdpclient.StatusInfo], error) {
	body := objectFrom(s)
	w.before = append(w.before, w.read)
	w.bodies = append(w.bodies, maps.Clone(body))
	w.interfere()
	w.calls = append(w.calls, "PUT")
	what := taken
	if w.busy {
		what = rapid.SampledFrom([]fate{taken, taken, taken, takenMute, takenPart, refusedPut, unsent, lostBefore, lostAfter, lostLate}).Draw(w.t, "fate")
	}
	var none hdpclient.Opt[hdpclient.StatusInfo]
	if what != taken {
		w.faults++
	}
	switch what {
	case refusedPut:
		return none, errNo
	case unsent:
		return none, hdpclient.ErrNotSent
	case lostBefore:
		return none, errLost
	case lostLate:
		w.late = append(w.late, body)
		return none, errLost
	case takenPart: // the server does not accept a lock's end
		if until, ok := w.stored["accountLockedUntil"]; ok {
			body["accountLockedUntil"] = until
		} else {
			delete(body, "accountLockedUntil")
		}
	}
	w.stored = body
	w.arrived = true
	switch what {
	case lostAfter:
		return none, errLost
	case takenMute:
		return none, nil
	}
	return hdpclient.Some(w.stored.info()), nil
}

func (*world) PasswordInfo(context.Context, int64) (hdpclient.PasswordInfo, error) {
	panic("not asked for")
}

func (*world) UpdatePasswordInfo(context.Context, int64, hdpclient.PasswordInfo) (hdpclient.Opt[hdpclient.PasswordInfo], error) {
	panic("not asked for")
}

func (*world) ResetPassword(context.Context, int64, hdpclient.Secret) error { panic("not asked for") }

func (*world) Reserve(context.Context) (*hdpclient.Reservation, error) {
	return new(hdpclient.Reservation), nil
}

func (*world) Now() (time.Time, bool) { return noon, true }
