package config

// For tests with their own limits.
var (
	RunCommand  = runCommand
	CallKeyring = callKeyring
	CallViaBus  = callViaBus
	Template    = template
)
