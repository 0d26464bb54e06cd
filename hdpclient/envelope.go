package hdpclient

import (
	"bytes"
	"encoding/xml"
	"regexp"
	"strings"

	json "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// envelope is how HDP says that a call failed:
//
//	{"error":{"code":222207916,"message":{"lang":"en-US","value":"There is no User with that id: 123."}}}
type envelope struct {
	code, lang string
	message    Text
}

// lenient is how every answer is read: the server is a Java program behind
// proxies, and a byte that is no UTF-8 in one name must not cost the whole list.
func lenient() json.Options {
	return json.JoinOptions(jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
}

// verbatim is how an object goes back to the server: its strings escaped as they
// came.
func verbatim() json.Options { return json.JoinOptions(lenient(), jsontext.PreserveRawStrings(true)) }

// parseEnvelope finds HDP's envelope in a body: as it is documented, with braces
// missing or left over as in some samples, or in the XML form of the OData
// endpoints. Anything else, another program's error among it, is none.
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
		return envelope{}, false // whole, and not HDP's
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
	// Only the first value: a brace too many may follow.
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

// isHDPCode reports whether the code is of HDP's own range: nine digits, 222
// first. A gateway's {"error":{"code":503}} is not.
func isHDPCode(code string) bool {
	return len(code) == 9 && strings.HasPrefix(code, "222") && strings.Trim(code, "0123456789") == ""
}

var (
	brokenCode  = regexp.MustCompile(`"code"\s*:\s*"?(\d{1,19})\b`)
	brokenLang  = regexp.MustCompile(`"lang"\s*:\s*"([A-Za-z-]{0,20})"`)
	brokenValue = regexp.MustCompile(`"value"\s*:\s*("(?:[^"\\]|\\.)*")`)
)

// parseBrokenEnvelope reads an envelope with unbalanced braces, as several
// samples of the documents show it. It asks for HDP's own code and for a whole
// message, so that a page that talks of errors is not taken for one.
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
