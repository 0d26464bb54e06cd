package serve

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// splitWords splits the line of an exec request as a POSIX shell splits words, and expands
// nothing: $, *, ~ and # mean themselves. What a shell would take for a pipe, a list or a
// redirection is refused, because the operator expects something that will not happen.
func splitWords(line string) ([]string, error) {
	if len(line) > maxExecLine {
		return nil, fmt.Errorf("the command is longer than %d bytes", maxExecLine)
	}
	if !utf8.ValidString(line) {
		return nil, errors.New("the command is not valid UTF-8")
	}
	var words []string
	var word strings.Builder
	inWord, quote, escaped := false, rune(0), false
	for _, r := range line {
		if unicode.IsControl(r) && r != '\t' && (r != '\n' || quote == 0 && !escaped) {
			return nil, fmt.Errorf("the command has a control character (%U)", r)
		}
		switch {
		case escaped:
			if quote == '"' && !strings.ContainsRune("$`\"\\\n", r) {
				word.WriteByte('\\')
			}
			if r != '\n' {
				word.WriteRune(r)
			}
			escaped = false
		case r == '\\' && quote != '\'':
			escaped, inWord = true, true
		case r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			quote, inWord = r, true
		case r == ' ' || r == '\t':
			if inWord {
				words = append(words, word.String())
				word.Reset()
				inWord = false
			}
		case strings.ContainsRune("|&;<>", r):
			return nil, fmt.Errorf("this is not a shell: quote %q twice, once for your own shell, as in \"'a%cb'\"", string(r), r)
		default:
			word.WriteRune(r)
			inWord = true
		}
		if len(words) > maxWords {
			return nil, fmt.Errorf("the command has more than %d words", maxWords)
		}
	}
	switch {
	case quote != 0:
		return nil, fmt.Errorf("the command has no closing %c", quote)
	case escaped:
		return nil, errors.New(`the command ends in a single \`)
	case inWord:
		words = append(words, word.String())
	}
	if len(words) > maxWords {
		return nil, fmt.Errorf("the command has more than %d words", maxWords)
	}
	return words, nil
}
