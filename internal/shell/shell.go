// Package shell writes text into commands that operators copy into a shell.
package shell

import "strings"

// Quote returns text as one word of a POSIX shell.
func Quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// QuotePath returns the path of a file as one word that no command takes for an option. It
// quotes only a path that needs it.
func QuotePath(path string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+,:@%"
	if strings.HasPrefix(path, "-") {
		path = "./" + path
	}
	if path != "" && strings.Trim(path, plain) == "" {
		return path
	}
	return Quote(path)
}
