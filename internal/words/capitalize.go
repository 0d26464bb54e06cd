package words

// Capitalize returns s with an upper-case first letter. It changes only ASCII letters.
func Capitalize(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return string(s[0]-'a'+'A') + s[1:]
}
