package config

// What the tests call with limits of their own.
var (
	RunCommand  = runCommand
	CallKeyring = callKeyring
	CallViaBus  = callViaBus
	Template    = template
)
