// Hdpadmin is a terminal console for managing the accounts of a Progress DataDirect
// Hybrid Data Pipeline server.
package main

import (
	"context"
	"os"

	"hdpadmin/internal/cli"
)

func main() { os.Exit(cli.Main(context.Background(), os.Args[1:])) }
