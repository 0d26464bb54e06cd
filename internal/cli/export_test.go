package cli

// What the tests call without the process around it.
var (
	Execute  = execute
	Report   = report
	ExitCode = exitCode
	Root     = rootCommand
	Examine  = examine
)
