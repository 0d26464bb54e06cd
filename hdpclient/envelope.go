package hdpclient

import (
	"bytes"
	"encoding/xml"
	"regexp"
	"strings"

	json "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// envelope is HDP's form of an error:
//
//	{"error":{"code":222207916,"message":{"lang":"en-US","value":"There is no User with that id: 123."}}}
type envelope struct {
	code, lang string
	message    Text
}

// parseEnvelope finds HDP's envelope in a body: as documented, with missing or surplus
// braces as in some samples, or in the XML form of the OData endpoints. It ignores the
// errors of other programs.
func parseEnvelope(body []byte) (envelope, bool) {
	switch {
	case bytes.HasPrefix(body, []byte("<")):
		return parseXMLEnvelope(body)
	case len(body) == 0:
		return envelope{}, false
	}
	if env, ok := parseJSONEnvelope(body); ok {
		return env, true
	}
	if isJSON(body) {
		return envelope{}, false // complete JSON, but not HDP's
	}
	return parseBrokenEnvelope(body)
}

func parseJSONEnvelope(body []byte) (envelope, bool) {
	var wire struct {
		Error struct {
			Code    Text           `json:"code"`
			Message jsontext.Value `json:"message"`
		} `json:"error"`
	}
	// Only the first value, because a surplus brace may follow.
	value, err := jsontext.NewDecoder(bytes.NewReader(body), lenient()).ReadValue()
	if err != nil || json.Unmarshal(value, &wire, lenient()) != nil {
		return envelope{}, false
	}
	env := envelope{code: wire.Error.Code.Raw()}
	var message struct {
		Lang  Text      `json:"lang"`
		Value Opt[Text] `json:"value"`
	}
	switch wire.Error.Message.Kind() {
	case jsontext.KindBeginObject:
		if json.Unmarshal(wire.Error.Message, &message, lenient()) != nil {
			return envelope{}, false
		}
		text, whole := message.Value.Get()
		env.lang, env.message = message.Lang.Raw(), text
		return env, env.code != "" && (whole || isHDPCode(env.code))
	case jsontext.KindString:
		_ = json.Unmarshal(wire.Error.Message, &env.message, lenient())
	}
	return env, isHDPCode(env.code)
}

// isHDPCode reports whether the code has nine digits and starts with 222. That excludes
// a gateway's {"error":{"code":503}}.
func isHDPCode(code string) bool {
	return len(code) == 9 && strings.HasPrefix(code, "222") && strings.Trim(code, "0123456789") == ""
}

var (
	brokenCode  = regexp.MustCompile(`"code"\s*:\s*"?(\d{1,19})\b`)
	brokenLang  = regexp.MustCompile(`"lang"\s*:\s*"([A-Za-z-]{0,20})"`)
	brokenValue = regexp.MustCompile(`"value"\s*:\s*("(?:[^"\\]|\\.)*")`)
)

// parseBrokenEnvelope reads an envelope with unbalanced braces, as in several samples
// of the documents. It requires an HDP code and a complete message, so that a page
// about errors does not match.
func parseBrokenEnvelope(body []byte) (envelope, bool) {
	body = body[:min(len(body), 8<<10)]
	code, value := brokenCode.FindSubmatch(body), brokenValue.FindSubmatch(body)
	if code == nil || value == nil || !isHDPCode(string(code[1])) {
		return envelope{}, false
	}
	env := envelope{code: string(code[1])}
	if err := json.Unmarshal(value[1], &env.message, lenient()); err != nil {
		return envelope{}, false
	}
	if lang := brokenLang.FindSubmatch(body); lang != nil {
		env.lang = string(lang[1])
	}
	return env, true
}

func parseXMLEnvelope(body []byte) (envelope, bool) {
	var wire struct {
		XMLName xml.Name `xml:"error"`
		Code    string   `xml:"code"`
		Message struct {
			Lang string `xml:"lang,attr"`
			Text string `xml:",chardata"`
		} `xml:"message"`
	}
	if err := xml.Unmarshal(body, &wire); err != nil {
		return envelope{}, false
	}
	env := envelope{
		code:    strings.TrimSpace(wire.Code),
		lang:    wire.Message.Lang,
		message: TextOf(strings.TrimSpace(wire.Message.Text)),
	}
	return env, env.code != ""
}

func isJSON(body []byte) bool { return jsontext.Value(body).IsValid(lenient()) }
