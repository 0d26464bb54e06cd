package ui_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/ui/uitest"
)

// The operator can go through the rows of a preview and open them. That sends nothing.
func TestPreviewRows(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{120, 36}, {80, 24}, {40, 12}} {
		op := uitest.Operator(t, manyLocked(), allInternal(), uitest.On(size[0], size[1]))
		op.Presses("2", "*", "u")
		op.Types("INC")
		op.Presses("tab")
		op.Types("3")
		op.Presses("down", "down")
		op.Sees("\u25b8", "enter show")
		op.Types("9")
		op.Presses("enter")
		op.Sees("Will change", "alice.smith: unlock.", "PUT /api/admin/users/307/statusinfo")
		op.Presses("esc", "end", "enter")
		op.Sees("caller30: unlock.")
		op.Presses("esc", "pgup", "home", "up") // back in the form, where the focus was
		op.Sees("INC", "enter apply")
		op.Types("7")
		op.Presses("down", "enter", "esc")
		checkNothingWritten(t, op)
		op.Presses("tab")
		op.Types("-4711")
		op.Presses("enter")
		op.Sees("37 applied")
		for _, r := range op.AuditLog.All() {
			if r.Reason != "" && r.Reason != "INC-4711" {
				t.Errorf("the logged reason is %q", r.Reason)
			}
		}
	}
}

// A text that does not fit into its row can be read in full: in a preview, in a running batch,
// and in the results.
func TestLongReasonCanBeRead(t *testing.T) {
	t.Parallel()
	name := "reserved"
	for n := 100; len(name) < 128; n++ { // so that no two of its lines are alike
		name += "." + strconv.Itoa(n)
	}
	for _, size := range [][2]int{{120, 36}, {80, 24}, {40, 12}} {
		op := uitest.Operator(t, oneByOne(), uitest.On(size[0], size[1]), uitest.Given(func(s *hdptest.Server) {
			for i, name := range []string{"reserved-first", name, "reserved-third", "reserved-last"} {
				s.AddAccount(hdptest.Account{ID: 9001 + int64(i), UserName: name, TenantID: 57, StatusInfo: `{"status":1,"accountLocked":true}`})
			}
			refused := hdptest.Fault{Kind: hdptest.Status, Status: 400, Body: envelope("222207007", longRefusal)}
			put := refused
			put.Method, put.Path = http.MethodPut, "/9001/statusinfo"
			s.Fail(put)
			refused.Path = "/9003"
			s.Fail(refused)
		}))
		release := op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Path: "/9004/statusinfo", Kind: hdptest.Hang})
		op.Finds("reserved")
		op.Presses("esc", "*", "u", "down", "down")
		op.Presses("enter")
		pageThrough(t, op, name+": unlock.")
		op.Presses("end", "enter") // unreadable accounts are listed after those that will change
		pageThrough(t, op, longRefusal)
		op.Presses("tab")
		op.Press("enter")
		op.Sees("1 applied", "1 under way")
		op.Hold(1)
		op.Presses("home")
		op.Sees("enter show", "space pause", "s stop")
		op.Presses("enter")
		pageThrough(t, op, longRefusal)
		op.Hold(0)
		release()
		op.Sees("2 applied")
		op.Presses("home", "enter")
		pageThrough(t, op, longRefusal)
		op.Presses("down", "enter")
		pageThrough(t, op, name+": unlock, applied and verified.")
	}
}

// pageThrough pages through the dialog on top and closes it. It fails if text is not in it.
func pageThrough(t *testing.T, op *uitest.Op, text string) {
	t.Helper()
	op.Sees("y copy")
	var said []string
	for last := ""; last != op.Screen(); {
		last = op.Screen()
		lines := strings.Split(last, "\n")
		foot := slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, "y copy") })
		at := strings.LastIndex(lines[foot][:strings.Index(lines[foot], "y copy")], "│")
		left := ansi.StringWidth(lines[foot][:at])
		right := left + 1 + ansi.StringWidth(strings.SplitN(lines[foot][at:], "│", 3)[1])
		for _, l := range lines[:foot] {
			if l := strings.TrimSpace(ansi.Cut(l, left+1, right)); !slices.Contains(said, l) {
				said = append(said, l)
			}
		}
		op.Presses("down")
	}
	bare := func(s string) string { return strings.ReplaceAll(s, " ", "") }
	if !strings.Contains(bare(strings.Join(said, "")), bare(text)) {
		t.Errorf("%q is not in %q", text, said)
	}
	op.Presses("esc")
}

// A running batch shows the account that was started last, until the operator moves the cursor.
func TestFollowingABatch(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, manyLocked(), allInternal(), oneByOne(), uitest.On(80, 24))
	previewLocked(op)
	hang := func(path string) (release func()) {
		return op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Path: path, Kind: hdptest.Hang})
	}
	at11, at17, at28 := hang("/2011/statusinfo"), hang("/2017/statusinfo"), hang("/2028/statusinfo")
	confirmBatch(op, "37")
	op.Shows("2011 under way caller11")
	op.Hold(1)
	op.Looks()
	op.Presses("enter")
	op.Sees("↑ ↓ choose an account")
	op.Presses("up", "up")
	op.Shows("▸ 2009 applied", "f follow")
	op.Hold(0)
	at11()
	op.Sees("23 of 37 done", "1 under way")
	op.Hold(1)
	op.Shows("▸ 2009 applied")
	op.SeesNot("caller28")
	op.Presses("f")
	op.Shows("2017 under way caller17")
	op.SeesNot("▸ 20")
	op.Hold(0)
	at17()
	op.Shows("2028 under way caller28")
	op.Hold(1)
	op.Presses("down")
	op.Shows("▸ 2029 waiting caller29")
	op.Hold(0)
	at28()
	op.Sees("37 applied")
	op.Shows("▸ 2029 applied caller29") // where the operator left it
}

// Following costs as much as the changed rows, and a page now and then.
func TestFollowingABatchSendsFewBytes(t *testing.T) {
	t.Parallel()
	const before, rows, inView = 40, 60, 27
	op := uitest.Operator(t, oneByOne(), uitest.On(120, 36), uitest.Before(hdptest.WithAccounts(5000)))
	op.Finds("mar")
	op.Presses("tab", "*", "e")
	op.Clears()
	op.Types("+30d")
	op.Presses("enter")
	var release []func()
	for range rows + 1 {
		release = append(release, op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Skip: before, Kind: hdptest.Hang}))
	}
	planned := regexp.MustCompile(`type (\d+) to confirm`).FindStringSubmatch(op.Screen())[1]
	confirmBatch(op, planned)
	hung := map[string]bool{}
	sees := func(done int) {
		op.Hold(0)
		op.Sees(fmt.Sprintf(" %d of %s done", done, planned), "1 under way")
		if _, err := op.Server.Await(t.Context(), func(r hdptest.Request) bool {
			if r.Fault == hdptest.Hang {
				hung[r.Path] = true
			}
			return len(hung) > done-before
		}); err != nil {
			t.Fatal(err)
		}
		op.Hold(1)
		op.Idle()
	}
	sees(before)
	checkCost(t, op, "a batch that is followed", rows*aFollowedRow+(rows/inView+1)*aPage, func() {
		for n := range rows {
			release[n]()
			sees(before + n + 1)
		}
	})
	op.Presses("s")
	op.Hold(0)
	release[rows]()
	op.Sees("Stopped.")
}
