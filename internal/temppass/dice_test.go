package temppass

import (
	"bytes"
	"testing"
)

func TestEveryNumberIsEquallyLikely(t *testing.T) {
	check := func(n, sides int, roll func(int) []byte) {
		counts := make([]int, n)
		for r := range sides {
			// If the roll is discarded, nothing is left to read.
			if i, err := (&dice{random: bytes.NewReader(roll(r))}).pick(n); err == nil {
				counts[i]++
			}
		}
		for i, got := range counts {
			if got != sides/n {
				t.Errorf("%d of %d comes from %d rolls, not from %d", i, n, got, sides/n)
			}
		}
	}
	for n := 1; n <= 256; n++ {
		check(n, 256, func(r int) []byte { return []byte{byte(r)} })
	}
	for _, n := range []int{257, len(wordList()), 40_000, 65_536} {
		check(n, 65_536, func(r int) []byte { return []byte{byte(r >> 8), byte(r)} })
	}
}

// TestEveryOrderIsEquallyLikely tries all rolls of the dice.
func TestEveryOrderIsEquallyLikely(t *testing.T) {
	for _, test := range []struct {
		password string
		rolls    []int
		orders   int
	}{
		{"2345", []int{4, 3, 2}, 24},
		{"a234", []int{1, 3, 2}, 6},
		{"23aB", []int{2, 3, 2}, 12}, // which letter, then the other three
		{"acde", []int{4, 3, 2}, 24},
		{"a", []int{1}, 1},
	} {
		t.Run(test.password, func(t *testing.T) {
			counts := map[string]int{}
			all := 0
			for rolls := range everyRoll(test.rolls) {
				password := []byte(test.password)
				if err := arrange(password, &dice{random: bytes.NewReader(rolls)}); err != nil {
					t.Fatal(err)
				}
				counts[string(password)]++
				all++
			}
			if len(counts) != test.orders {
				t.Errorf("%d orders, not %d", len(counts), test.orders)
			}
			for order, got := range counts {
				if got != all/test.orders {
					t.Errorf("%s comes from %d rolls, not from %d", order, got, all/test.orders)
				}
				if first := order[0]; isLetter(first) != (test.password != "2345") {
					t.Errorf("%s starts with %q", order, first)
				}
			}
		})
	}
}

// everyRoll yields all rolls of dice with these numbers of sides.
func everyRoll(sides []int) func(yield func([]byte) bool) {
	return func(yield func([]byte) bool) {
		roll := make([]byte, len(sides))
		for {
			if !yield(roll) {
				return
			}
			i := 0
			for i < len(roll) && int(roll[i]) == sides[i]-1 {
				roll[i] = 0
				i++
			}
			if i == len(roll) {
				return
			}
			roll[i]++
		}
	}
}
