package lookup_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/search"
	"hdpadmin/ui/lookup"
	"hdpadmin/ui/theme"
)

// names returns accounts with ids from 100, in that order.
func names(names ...string) *search.Snapshot {
	b := search.Builder{}
	for i, n := range names {
		b.Add(account.FromUser(hdpclient.User{ID: int64(100 + i), UserName: hdpclient.TextOf(n)}))
	}
	return b.Finish()
}

func many(n int) *search.Snapshot {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("user%04d", i)
	}
	return names(all...)
}

func digits() [search.Views]string { return [search.Views]string{"1", "2", "3", "4", "5", "6"} }

func draw(m *lookup.Model) string {
	p := m.View(lookup.Context{Theme: theme.Dark(), ViewKeys: digits(), Now: time.Unix(0, 0), Focus: true}, 60, 12)
	return ansi.Strip(strings.Join(p.Lines, "\n"))
}

func types(m *lookup.Model, text string) {
	m.StartTyping()
	for _, r := range text {
		m.Type(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
}

func current(t *testing.T, m *lookup.Model) string {
	t.Helper()
	a, ok := m.Current()
	if !ok {
		t.Fatal("no account is under the cursor")
	}
	return a.Name.String()
}

func TestCursorFollowsItsAccount(t *testing.T) {
	m := lookup.New()
	m.SetSnapshot(names("b", "d", "f"))
	m.MoveTo(1)
	if got := current(t, m); got != "d" {
		t.Fatalf("the cursor is on %s", got)
	}
	more := search.Builder{}
	for _, u := range []struct {
		id   int64
		name string
	}{{50, "a"}, {100, "b"}, {60, "c"}, {101, "d"}, {102, "f"}} {
		more.Add(account.FromUser(hdpclient.User{ID: u.id, UserName: hdpclient.TextOf(u.name)}))
	}
	m.SetSnapshot(more.Finish())
	if got := current(t, m); got != "d" {
		t.Errorf("the cursor is on %s", got)
	}
	m.SetSnapshot(names("b"))
	if got := current(t, m); got != "b" {
		t.Errorf("its account is gone and the cursor is on %s", got)
	}
}

func TestCursorIsOnTheBestMatchWhileTyping(t *testing.T) {
	m := lookup.New()
	m.SetSnapshot(names("malina"))
	types(m, "ali")
	m.SetSnapshot(names("malina", "alina"))
	if got := current(t, m); got != "alina" {
		t.Errorf("the cursor is on %s", got)
	}
}

func TestFirstCharacterReplacesTheQuery(t *testing.T) {
	left := tea.KeyPressMsg{Code: tea.KeyLeft}
	for _, c := range []struct {
		name, want string
		do         func(*lookup.Model)
	}{
		{"a letter", "b", func(m *lookup.Model) { types(m, "b") }},
		{"more letters", "bob", func(m *lookup.Model) { types(m, "bob") }},
		{"pasted text", "bob", func(m *lookup.Model) { m.StartTyping(); m.Type(tea.PasteMsg{Content: "bob"}) }},
		{"an editing key", "alxi", func(m *lookup.Model) { m.StartTyping(); m.Type(left); types(m, "x") }},
		{"backspace", "al", func(m *lookup.Model) { m.StartTyping(); m.Type(tea.KeyPressMsg{Code: tea.KeyBackspace}) }},
		{"none", "ali", func(m *lookup.Model) { m.StartTyping(); m.StopTyping() }},
		{"none, then a letter", "x", func(m *lookup.Model) { m.StartTyping(); m.StopTyping(); types(m, "x") }},
	} {
		m := lookup.New()
		m.SetSnapshot(names("alina", "bob"))
		types(m, "ali")
		m.StopTyping()
		c.do(m)
		if got := m.Query(); got != c.want {
			t.Errorf("%s: the query is %q, want %q", c.name, got, c.want)
		}
	}
}

func TestClearingTheQueryKeepsTheAccount(t *testing.T) {
	m := lookup.New()
	m.SetSnapshot(many(500))
	types(m, "0321")
	m.StopTyping()
	m.Back()
	if got := current(t, m); got != "user0321" || m.IsFiltered() {
		t.Errorf("the cursor is on %s", got)
	}
	if screen := draw(m); !strings.Contains(screen, "user0321") {
		t.Errorf("not in view:\n%s", screen)
	}
}

func TestAbandonedSearchReturnsToTheAccount(t *testing.T) {
	backspace := func(m *lookup.Model) { m.Type(tea.KeyPressMsg{Code: tea.KeyBackspace}) }
	for _, c := range []struct {
		name, want string
		do         func(*lookup.Model)
	}{
		{"no match", "bob", func(m *lookup.Model) { types(m, "zzq"); m.StopTyping(); m.Back() }},
		{"no match, twice", "bob", func(m *lookup.Model) {
			types(m, "zzq")
			m.StopTyping()
			types(m, "xxq")
			m.StopTyping()
			m.Back()
		}},
		{"no match on the server", "bob", func(m *lookup.Model) {
			types(m, "zzq")
			m.SetServerResults(nil)
			m.StopTyping()
			m.Back()
		}},
		{"a match that is not in the list", "bob", func(m *lookup.Model) {
			types(m, "zzq")
			m.SetServerResults([]account.Account{{ID: 9000}})
			m.StopTyping()
			m.Back()
		}},
		{"deleted letter by letter", "bob", func(m *lookup.Model) { types(m, "z"); backspace(m) }},
		{"another account selected", "zoe.y", func(m *lookup.Model) { types(m, "z"); m.Move(1); backspace(m) }},
		{"a match selected", "zoe.x", func(m *lookup.Model) { types(m, "zoe"); m.StopTyping(); m.Back() }},
	} {
		m := lookup.New()
		m.SetSnapshot(names("ann", "bob", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "zoe.x", "zoe.y"))
		draw(m)
		m.Move(1)
		c.do(m)
		if got := current(t, m); got != c.want {
			t.Errorf("%s: the cursor is on %s, want %s", c.name, got, c.want)
		}
		if screen := draw(m); c.want == "bob" && !strings.Contains(screen, "ann") {
			t.Errorf("%s: the first row fits but is not in view:\n%s", c.name, screen)
		}
	}
}

func TestCursorDoesNotJumpBack(t *testing.T) {
	m := lookup.New()
	lock := func(is ...bool) {
		b := search.Builder{}
		for i, locked := range is {
			b.Add(account.Account{ID: int64(i + 1), Name: hdpclient.TextOf(fmt.Sprint("u", i+1)), HasStatus: true, Status: hdpclient.Active, Locked: locked})
		}
		m.SetSnapshot(b.Finish())
	}
	lock(true, true, true)
	m.SetView(search.Locked)
	m.MoveTo(1)
	for _, is := range [][]bool{{true, false, true}, {true, true, true}} {
		lock(is...)
		if got := current(t, m); got != "u3" {
			t.Errorf("the cursor is on %s", got)
		}
	}
}

func TestNewViewStartsAtItsTop(t *testing.T) {
	m := lookup.New()
	b := search.Builder{}
	for i := range 100 {
		a := account.Account{ID: int64(i), Name: hdpclient.TextOf(fmt.Sprintf("u%02d", i)), HasStatus: true, Status: hdpclient.Active}
		if i%10 == 0 {
			a.Status = hdpclient.Inactive
		}
		a.Locked = i == 40 || i == 41
		b.Add(a)
	}
	m.SetSnapshot(b.Finish())
	m.MoveTo(35)
	for _, c := range []struct {
		do   func()
		want string
	}{
		{func() { m.SetView(search.Inactive) }, "u00"},
		{func() { m.MoveTo(-1); m.SetView(search.Locked) }, "u40"},
		{func() { m.Move(1); m.SetView(search.Locked) }, "u40"},
		{func() { m.Move(1); m.Back() }, "u41"}, // esc keeps the account
		{func() { m.SetView(search.MustChange) }, ""},
		{func() { m.SetView(search.All) }, "u00"},
		{func() { m.MoveTo(50); m.NextSort() }, "u01"}, // u00 has no id
		{func() { m.MoveTo(50); m.ReverseSort() }, "u99"},
		{func() { m.MoveTo(50); m.SetView(search.Inactive) }, "u90"},
	} {
		c.do()
		a, _ := m.Current()
		if a.Name.String() != c.want {
			t.Errorf("the cursor is on %q, want %q", a.Name, c.want)
		}
	}
}

func TestCursorIsAlwaysInView(t *testing.T) {
	m := lookup.New()
	m.SetSnapshot(many(100))
	draw(m)
	for _, move := range []func(){
		func() { m.MoveTo(-1) }, func() { m.Move(1) }, func() { m.MovePage(-2) }, func() { m.MoveTo(0) },
		func() { m.Move(-1) }, func() { m.MovePage(3) }, func() { m.Move(-1000) }, func() { m.Move(57) },
	} {
		move()
		if screen := draw(m); !strings.Contains(screen, "▸") || !strings.Contains(screen, current(t, m)) {
			t.Fatalf("%s is not in view:\n%s", current(t, m), screen)
		}
	}
	m.MoveTo(-1)
	if got := current(t, m); got != "user0099" {
		t.Errorf("the last account is %s", got)
	}
}

func TestServerFindsNoAccount(t *testing.T) {
	m := lookup.New()
	m.SetSnapshot(names("alina"))
	types(m, "zzz")
	m.SetServerResults(nil)
	if screen := draw(m); !strings.Contains(screen, "The server has no account with this name.") || !strings.Contains(screen, "0 from the server") {
		t.Errorf("the screen is\n%s", screen)
	}
	types(m, "z")
	if screen := draw(m); strings.Contains(screen, "from the server") {
		t.Errorf("the answer is still shown after more was typed:\n%s", screen)
	}
}

// A change to the account under the cursor must not take it out of view.
func TestChangedAccountStaysUnderTheCursor(t *testing.T) {
	locked := func(name string, id int64, on bool) account.Account {
		a := account.FromUser(hdpclient.User{ID: id, UserName: hdpclient.TextOf(name)})
		return a.WithStatus(hdpclient.StatusInfo{Status: hdpclient.Active, AccountLocked: hdpclient.Some(on)})
	}
	start := func() (*lookup.Model, *search.Snapshot) {
		b := search.Builder{}
		for i, name := range []string{"ann", "bob", "cyd"} {
			b.Add(locked(name, int64(100+i), true))
		}
		m, s := lookup.New(), b.Finish()
		m.SetSnapshot(s)
		m.SetView(search.Locked)
		m.MoveTo(1)
		m.Pin(101)
		s = s.With(locked("bob", 101, false))
		m.SetSnapshot(s)
		if got := draw(m); current(t, m) != "bob" || !strings.Contains(got, "▸~") || !strings.Contains(got, "2 of 3") {
			t.Fatalf("on %s\n%s", current(t, m), got)
		}
		return m, s
	}
	for _, c := range []struct {
		name string
		do   func(m *lookup.Model, s *search.Snapshot)
		on   string
		rows int
	}{
		{"another account changes", func(m *lookup.Model, s *search.Snapshot) { m.SetSnapshot(s.With(locked("ann", 100, false))) }, "bob", 2},
		{"it is locked again", func(m *lookup.Model, s *search.Snapshot) { m.SetSnapshot(s.With(locked("bob", 101, true))) }, "bob", 3},
		{"down", func(m *lookup.Model, _ *search.Snapshot) { m.Move(1) }, "cyd", 2},
		{"up", func(m *lookup.Model, _ *search.Snapshot) { m.Move(-1) }, "ann", 2},
		{"to the end", func(m *lookup.Model, _ *search.Snapshot) { m.MoveTo(-1) }, "cyd", 2},
		{"a new list", func(m *lookup.Model, s *search.Snapshot) { m.Pin(0); m.SetSnapshot(s) }, "cyd", 2},
		{"the view again", func(m *lookup.Model, _ *search.Snapshot) { m.SetView(search.Locked) }, "ann", 2},
		{"another order", func(m *lookup.Model, _ *search.Snapshot) { m.NextSort() }, "ann", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, s := start()
			c.do(m, s)
			if current(t, m) != c.on || m.Len() != c.rows {
				t.Errorf("on %s of %d, want %s of %d\n%s", current(t, m), m.Len(), c.on, c.rows, draw(m))
			}
		})
	}
}

func TestLookupRowAsksTheServer(t *testing.T) {
	m := lookup.New()
	m.SetSnapshot(many(100))
	if draw(m); m.IsOnLookupRow() {
		t.Error("the lookup row is selected without a query")
	}
	types(m, "user")
	if got := draw(m); !strings.Contains(got, "look up “user” on the server") || m.IsOnLookupRow() {
		t.Errorf("the lookup row is missing:\n%s", got)
	}
	m.StopTyping()
	m.MoveTo(-1)
	if got := current(t, m); got != "user0099" {
		t.Errorf("the last account is %s", got)
	}
	m.Move(1)
	if _, some := m.Current(); some || !m.IsOnLookupRow() || !strings.Contains(draw(m), "▸  look up “user”") {
		t.Errorf("not on the lookup row:\n%s", draw(m))
	}
	m.SetSnapshot(many(90))
	if !m.IsOnLookupRow() {
		t.Error("a new list moves the cursor off the lookup row")
	}
	m.Move(-1)
	if got := current(t, m); got != "user0089" {
		t.Errorf("the row above is %s", got)
	}
	m.SetServerResults(nil)
	if got := draw(m); strings.Contains(got, "look up") {
		t.Errorf("the lookup row is back after the server's answer:\n%s", got)
	}
}

// 301 is not 3017: with the cursor on 3017, enter and the next key would affect the wrong
// account.
func TestUnknownNumberSelectsTheLookupRow(t *testing.T) {
	m := lookup.New()
	m.SetSnapshot(many(40)) // 100 to 139
	types(m, "13")
	if !m.IsOnLookupRow() {
		t.Errorf("the cursor is on %s", current(t, m))
	}
	types(m, "7")
	if got := current(t, m); got != "user0037" {
		t.Errorf("the cursor is on %s", got)
	}
}

func TestMatchesOutsideTheViewAreLabelled(t *testing.T) {
	m := lookup.New()
	b := search.Builder{}
	for i, name := range []string{"alicia", "malice", "bob"} {
		b.Add(account.Account{ID: int64(i + 1), Name: hdpclient.TextOf(name), HasStatus: true, Status: hdpclient.Active, Locked: name == "bob"})
	}
	b.Add(account.Account{ID: 4, Name: hdpclient.TextOf("a.l.i.c.i.a"), HasStatus: true, Locked: true})
	m.SetSnapshot(b.Finish())
	m.SetView(search.Locked)
	for _, c := range []struct {
		typed, on, heading string
		rows               int
	}{
		{"alici", "alicia", "not in Locked", 1}, // a guess in the view does not count as a match
		{"ali", "alicia", "not in Locked", 2},
		{"bo", "bob", "", 1},
		{"abo", "", "", 0},
		{"locked:no", "alicia", "not in Locked", 2},
		{"aca", "a.l.i.c.i.a", "", 1}, // a guess in either view
	} {
		m.Back()
		m.SetView(search.Locked)
		types(m, c.typed)
		got := draw(m)
		if a, _ := m.Current(); a.Name.String() != c.on || m.Len() != c.rows || strings.Contains(got, "not in") != (c.heading != "") || !strings.Contains(got, c.heading) {
			t.Errorf("%q: on %s of %d\n%s", c.typed, a.Name, m.Len(), got)
		}
	}
}

func TestViewsKeepTheirWords(t *testing.T) {
	words := []string{"All", "Locked", "Inactive", "Must change", "Expired", "Expiring"}
	m := lookup.New()
	m.SetSnapshot(many(12_000))
	for _, c := range []struct{ width, height int }{{36, 22}, {55, 22}, {66, 34}, {80, 22}, {110, 48}} {
		p := m.View(lookup.Context{Theme: theme.Dark(), ViewKeys: digits(), Now: time.Unix(0, 0)}, c.width, c.height)
		screen := ansi.Strip(strings.Join(p.Lines, "\n"))
		for i, word := range words {
			if label := fmt.Sprintf("[%d] %s ", i+1, word); !strings.Contains(screen, label) {
				t.Errorf("%d×%d: no %q:\n%s", c.width, c.height, label, screen)
			}
		}
	}
	for v, word := range words {
		m.SetView(search.View(v))
		p := m.View(lookup.Context{Theme: theme.Dark(), ViewKeys: digits(), Now: time.Unix(0, 0)}, 40, 10)
		if screen := ansi.Strip(strings.Join(p.Lines, "\n")); !strings.Contains(screen, fmt.Sprintf("[%d] %s ", v+1, word)) || !strings.Contains(screen, "  [1-6] ") {
			t.Errorf("a small pane in %s:\n%s", word, screen)
		}
	}
}

func TestSortGoesThroughTheColumnsShown(t *testing.T) {
	sorted := regexp.MustCompile(`(\S+) [↑↓]`)
	for width, want := range map[int][]string{80: {"ID", "USER", "TENANT", "STATUS", "PASSWORD", ""}, 55: {"ID", "USER", "STATUS", "PASSWORD", ""}, 40: {"USER", "STATUS", ""}} {
		m := lookup.New()
		m.SetSnapshot(many(3))
		header := func() string {
			p := m.View(lookup.Context{Theme: theme.Dark(), ViewKeys: digits(), Now: time.Unix(0, 0)}, width, 12)
			found := sorted.FindStringSubmatch(ansi.Strip(strings.Join(p.Lines, "\n")))
			return strings.Join(found[min(1, len(found)):], "")
		}
		header()
		for _, column := range want {
			m.NextSort()
			if got := header(); got != column {
				t.Errorf("%d cells: sorted by %q, want %q", width, got, column)
			}
		}
	}
}

func TestExpiringBeginsWithTheSoonest(t *testing.T) {
	m := lookup.New()
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	b := search.Builder{}
	for i, days := range []int{9, 3, 6} {
		a := account.Account{ID: int64(i + 1), Name: hdpclient.TextOf(fmt.Sprintf("u%d", days))}
		b.Add(a.WithPassword(hdpclient.PasswordInfo{
			PasswordStatus: hdpclient.PasswordActive, PasswordExpiration: hdpclient.Some(hdpclient.At(now.AddDate(0, 0, days))),
		}))
	}
	m.SetNow(now)
	m.SetExpiringWithin(14 * 24 * time.Hour)
	m.SetSnapshot(b.Finish())
	order := func() string {
		var all []string
		for a := range m.Rows() {
			all = append(all, a.Name.String())
		}
		return strings.Join(all, " ")
	}
	for _, c := range []struct {
		what string
		do   func()
		want string
	}{
		{"all", func() { m.SetView(search.All) }, "u9 u3 u6"},
		{"expiring", func() { m.SetView(search.Expiring) }, "u3 u6 u9"},
		{"reversed", m.ReverseSort, "u9 u6 u3"},
		{"by id", func() { m.NextSort(); m.NextSort() }, "u9 u3 u6"},
	} {
		if c.do(); order() != c.want {
			t.Errorf("%s: %s, want %s", c.what, order(), c.want)
		}
	}
}

func TestCommasAndNumberSignsAreNotSearchedFor(t *testing.T) {
	for typed, want := range map[string]string{
		"Smith, Alice":             "alice.smith",
		" #101 ":                   "bob",
		"#carl":                    "#carl", // a name that has the sign itself
		"#dan":                     "",
		"alice.smith@corp.example": "", // may be the sign-in name of another account
	} {
		m := lookup.New()
		m.StartTyping()
		m.Type(tea.PasteMsg{Content: typed})
		m.SetSnapshot(names("alice.smith", "bob", "#carl", "carl"))
		if a, _ := m.Current(); a.Name.String() != want || want != "" && m.Len() != 1 {
			t.Errorf("%q: on %q of %d, want %q", typed, a.Name, m.Len(), want)
		}
		if want == "" && m.ServerQuery() != typed {
			t.Errorf("the server is asked for %q", m.ServerQuery())
		}
	}
}
