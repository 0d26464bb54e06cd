package ui_test

import (
	"testing"

	"hdpadmin/ui"
	"hdpadmin/ui/theme"
	"hdpadmin/ui/uitest"
)

// production is a console for a profile that is not to be overlooked.
func production(more ...uitest.Habit) []uitest.Habit {
	return append(with(uitest.With(func(o *ui.Options) { o.Profile, o.Accent, o.TypeName = "prod-eu", "red", true })), more...)
}

func TestProfile(t *testing.T) {
	t.Parallel()
	for _, s := range []screen{
		{name: "with an accent", habits: production()},
		{name: "without an accent", one: true, habits: with(uitest.With(func(o *ui.Options) { o.Profile, o.Accent = "test", "none" }))},
		{name: "an accent without a profile", one: true, habits: with(uitest.With(func(o *ui.Options) { o.Accent = "red" }))},
		{
			name: "with an accent, without colours", one: true,
			habits: production(uitest.With(func(o *ui.Options) { o.Theme = theme.ASCII(theme.Mono()) })),
		},
		{
			name:   "all that can be in the header",
			habits: production(uitest.With(func(o *ui.Options) { o.Insecure = true }), uitest.ReadOnly()),
		},
		{
			name:   "a long name",
			habits: production(uitest.With(func(o *ui.Options) { o.Profile = "production-europe-west.1" })),
		},
		{name: "a name to type", habits: production(), do: func(op *uitest.Op) {
			op.Opens("307")
			op.Presses("u", "enter")
		}},
	} {
		s.run(t)
	}
}

func TestTheBadgeHasTheColourOfTheProfile(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, production()...)
	op.Golden("")
	op.GoldenStyled("styled")
}

func TestWhereNamesAreTypedNothingIsSentWithoutOne(t *testing.T) {
	t.Parallel()
	t.Run("one account", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t, production()...)
		op.Opens("307")
		op.Forgets()
		op.Unlocks("INC-4711")
		op.Sees("type the user name first")
		op.Types("alice.smit")
		op.Presses("enter")
		op.Sends()
		op.Types("h")
		op.Presses("enter")
		op.Sees("unlock, stored and checked")
		onRecord(t, op, "intent unlock 307 “INC-4711”", "applied unlock 307")
	})
	t.Run("a form", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t, production()...)
		op.Opens("307")
		op.Forgets()
		op.Presses("s", "tab", "right", "enter")
		op.Sees("type the user name first")
		op.Sends()
	})
	t.Run("a temporary password", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t, production()...)
		op.Opens("307")
		op.Presses("r")
		op.Forgets()
		op.Presses("enter")
		op.Sees("type the user name first")
		op.Sends()
		op.Types("alice.smith")
		op.Presses("enter")
		op.Sees("Reset accepted")
	})
	t.Run("taken back", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t, production()...)
		op.Opens("307")
		op.Presses("u", "enter")
		op.Types("alice.smith")
		op.Presses("enter")
		op.Forgets()
		op.Presses("z", "enter")
		op.Sees("Undo", "type the user name first")
		op.Sends()
	})
	t.Run("two accounts", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t, production()...)
		op.Presses("2", "space", "down", "space", "u")
		op.Sees("2 of 2 will change.")
		op.Forgets()
		op.Presses("enter")
		op.Sees("type 2 first")
		op.Sends()
		op.Types("2")
		op.Presses("enter")
		op.Sees("2 applied")
	})
}
