package hdpclient

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// looseInt is an integer in any JSON spelling, such as 3.07e2, with or without quotes:
// HDP writes codes and ids both ways, and a proxy may rewrite numbers.
type looseInt int64

func (n *looseInt) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	value, err := dec.ReadValue()
	if err != nil {
		return err
	}
	if value.Kind() == jsontext.KindString {
		plain, err := jsontext.AppendUnquote(nil, value)
		if err != nil {
			return err
		}
		value = jsontext.Value(strings.TrimSpace(string(plain)))
	}
	i, err := parseInteger(value)
	*n = looseInt(i)
	return err
}

type looseOptInt Opt[int64]

func (o *looseOptInt) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	read := Opt[looseInt]{state: o.state}
	if err := read.UnmarshalJSONFrom(dec); err != nil {
		return err
	}
	*o = looseOptInt{value: int64(read.value), state: read.state}
	return nil
}

// parseInteger reads a JSON number without rounding; it must be an integer.
func parseInteger(number jsontext.Value) (int64, error) {
	refuse := func() (int64, error) { return 0, responseError(fmt.Sprintf("%.40q is not an integer", number)) }
	if number.Kind() != jsontext.KindNumber || !number.IsValid() {
		return refuse()
	}
	digits, negative := strings.CutPrefix(strings.ToLower(string(number)), "-")
	digits, exponent, scaled := strings.Cut(digits, "e")
	scale := 0
	if scaled {
		var err error
		if scale, err = strconv.Atoi(exponent); err != nil {
			return refuse()
		}
	}
	whole, fraction, _ := strings.Cut(digits, ".")
	fraction = strings.TrimRight(fraction, "0")
	digits = strings.TrimLeft(whole+fraction, "0")
	scale -= len(fraction)
	for scale < 0 && strings.HasSuffix(digits, "0") {
		digits, scale = digits[:len(digits)-1], scale+1
	}
	const most = 19 // digits of an int64
	switch {
	case digits == "":
		return 0, nil
	case scale < 0 || scale > most:
		return refuse()
	}
	digits += strings.Repeat("0", scale)
	if negative {
		digits = "-" + digits
	}
	i, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return refuse()
	}
	return i, nil
}
