// Package nearest finds the name that was probably meant by a misspelt one.
package nearest

// Index returns the index of the name with the fewest edits from given, the first of several,
// or -1 if all need more than most. An edit is a missing, extra or wrong letter, or two
// neighbours swapped (optimal string alignment).
func Index(given string, names []string, most int) int {
	best, least := -1, most+1
	for i, name := range names {
		if n := distance([]rune(given), []rune(name)); n < least {
			best, least = i, n
		}
	}
	return best
}

func distance(a, b []rune) int {
	var before, last []int
	for i := range len(a) + 1 {
		row := make([]int, len(b)+1)
		for j := range row {
			if i == 0 || j == 0 {
				row[j] = i + j
				continue
			}
			replaced := last[j-1]
			if a[i-1] != b[j-1] {
				replaced++
			}
			row[j] = min(last[j]+1, row[j-1]+1, replaced)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
