package form_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"hdpadmin/ui/form"
	"hdpadmin/ui/theme"
)

func TestTheReasonSaysWhetherItIsRequired(t *testing.T) {
	t.Parallel()
	for required, want := range map[bool]string{false: "optional, will be logged", true: "required, will be logged"} {
		r := form.NewReason("", func() bool { return required })
		if line, _ := r.Line(theme.Mono(), 60, false); strings.TrimSpace(ansi.Strip(line)) != want {
			t.Errorf("%q instead of %q", line, want)
		}
	}
}

func TestTheUserNameIsAskedForOnlyIfNeeded(t *testing.T) {
	t.Parallel()
	needed := true
	u := form.NewUserName(func() bool { return needed })
	if u.IsDisabled() {
		t.Error("it cannot be typed")
	}
	if needed = false; !u.IsDisabled() {
		t.Error("it is still asked for")
	}
}
