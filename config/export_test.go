package config

// What the tests call with limits of their own.
var (
	RunCommand = runCommand
	AtKeyring  = atKeyring
	ViaBus     = viaBus
	Template   = template
)
