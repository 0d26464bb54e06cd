// Package shell writes text into commands that operators copy into a shell.
package shell

import "strings"

// Quote returns text as one word of a POSIX shell.
func Quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// QuoteIfNeeded returns text as one word of a POSIX shell, and as it is if it already is one.
func QuoteIfNeeded(text string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+,:@%"
	if text != "" && strings.Trim(text, plain) == "" {
		return text
	}
	return Quote(text)
}

// QuotePath returns the path of a file as one word that no command takes for an option. It
// quotes only a path that needs it.
func QuotePath(path string) string {
	if strings.HasPrefix(path, "-") {
		path = "./" + path
	}
	return QuoteIfNeeded(path)
}
