package ui

import "hdpadmin/ui/action"

// Actions is the table of everything the console can do.
func Actions() []action.Action[*Model] { return actions() }
