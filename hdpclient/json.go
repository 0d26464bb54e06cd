package hdpclient

import (
	json "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Verbatim returns the options with which this package writes an object: what it does not
// know goes back exactly as it came, even with odd escapes or invalid UTF-8. A caller that
// compares objects needs them too.
func Verbatim() json.Options { return json.JoinOptions(lenient(), jsontext.PreserveRawStrings(true)) }

// lenient returns the options for reading responses. One name with invalid UTF-8 must
// not cost the whole list.
func lenient() json.Options {
	return json.JoinOptions(jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
}
