package ui_test

import (
	"testing"

	"hdpadmin/ui/uitest"
)

func TestMain(m *testing.M) { uitest.Main(m) }
