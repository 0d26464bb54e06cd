package redact_test

import (
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"hdpadmin/internal/redact"
)

func TestIsSecret(t *testing.T) {
	for name, want := range map[string]bool{
		"password": true, "New_Password": true, "temporary-password": true, "userPassword": true, "pwd": true,
		"token": true, "sessionToken": true, "x-api-key": true, "client.secret": true, "Authorization": true,
		"passwordStatus": false, "passwordExpiration": false, "tokens": false, "secretary": false, "status": false, "": false,
	} {
		if got := redact.IsSecret(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}

func TestJSON(t *testing.T) {
	for in, want := range map[string]string{
		`{"token":"x","n":1.50}`:                       `{"token":"[redacted]","n":1.50}`,
		`[ {"a" : {"newPassword":["x"]}} ]`:            `[{"a":{"newPassword":"[redacted]"}}]`,
		`{"pwd":0,"password":null,"token":true}`:       `{"pwd":"[redacted]","password":null,"token":true}`,
		`"token"`:                                      `"token"`,
		"{\"note\":\"Caf\xe9\",\"tok\\u0065n\":\"x\"}": "{\"note\":\"Caf\ufffd\",\"token\":\"[redacted]\"}",
	} {
		if got, err := redact.JSON(jsontext.Value(in)); err != nil || string(got) != want {
			t.Errorf("%s: %s, %v; want %s", in, got, err, want)
		}
	}
	if _, err := redact.JSON(jsontext.Value(`{"token":`)); err == nil {
		t.Error("an incomplete value is accepted")
	}
}
