package temppass

import (
	"fmt"
	"io"
)

// maxRerolls limits how many numbers in a row may be discarded. Less than half of all
// numbers are, so a source that exceeds the limit is not random.
const maxRerolls = 128

// dice turns random bytes into fair choices.
type dice struct {
	random io.Reader
	drawn  [2]byte // part of the secret, like every byte drawn
}

// pick returns a number from 0 to n-1, all equally likely; n is 1 to 65,536. It discards
// numbers from the last incomplete run of n, which would favour the smaller ones.
func (d *dice) pick(n int) (int, error) {
	drawn, sides := d.drawn[:1], 1<<8
	if n > sides {
		drawn, sides = d.drawn[:], 1<<16
	}
	fair := sides - sides%n
	for range maxRerolls {
		if _, err := io.ReadFull(d.random, drawn); err != nil {
			return 0, fmt.Errorf("read random bytes: %w", err)
		}
		number := 0
		for _, b := range drawn {
			number = number<<8 | int(b)
		}
		if number < fair {
			return number % n, nil
		}
	}
	return 0, errSource
}

func (d *dice) wipe() { clear(d.drawn[:]) }

// arrange shuffles password so that it starts with a letter if it has one, with every
// such order equally likely.
func arrange(password []byte, d *dice) error {
	letters := 0
	for _, c := range password {
		if isLetter(c) {
			letters++
		}
	}
	if letters == 0 {
		return shuffle(password, d)
	}
	nth, err := d.pick(letters)
	if err != nil {
		return err
	}
	for i, c := range password {
		if !isLetter(c) {
			continue
		}
		if nth == 0 {
			password[0], password[i] = c, password[0]
			break
		}
		nth--
	}
	return shuffle(password[1:], d)
}

func shuffle(b []byte, d *dice) error {
	for i := len(b) - 1; i > 0; i-- {
		j, err := d.pick(i + 1)
		if err != nil {
			return err
		}
		b[i], b[j] = b[j], b[i]
	}
	return nil
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
