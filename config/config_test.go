package config_test

import (
	"strings"
	"testing"

	"hdpadmin/config"
)

func TestCheckServer(t *testing.T) {
	for name, c := range map[string]struct {
		server string
		http   bool   // --allow-http
		want   string // text in the error; "" for no error
	}{
		"https":                         {server: "https://hdp.example.com:8443"},
		"https with a path":             {server: "https://hdp.example.com/hdp"},
		"http to this machine":          {server: "http://127.0.0.1:8080"},
		"http to this machine, IPv6":    {server: "http://[::1]:8080"},
		"http to this machine by name":  {server: "http://LocalHost:8080"},
		"http to another, allowed":      {server: "http://hdp.example.com", http: true},
		"http to another":               {server: "http://hdp.example.com:8080", want: `plain HTTP would send the password to "hdp.example.com:8080" unencrypted`},
		"http to one that looks local":  {server: "http://localhost.example.com", want: "unencrypted"},
		"http to every address":         {server: "http://0.0.0.0:8080", want: "unencrypted"},
		"none":                          {server: ""}, // commands that need a server check for it
		"no scheme":                     {server: "hdp.example.com:8443"},
		"no scheme, an address":         {server: "127.0.0.1:8443"},
		"no host":                       {server: "https://", want: "not of the form https://"},
		"no host but a port":            {server: "https://:8443", want: "not of the form https://"},
		"another scheme":                {server: "ftp://hdp.example.com", want: "not of the form https://"},
		"a file":                        {server: "/etc/passwd", want: "not of the form https://"},
		"a control character":           {server: "https://hdp.example.com\x1b[2J", want: "not of the form https://"},
		"name and password":             {server: "https://jdoe:geheim@hdp.example.com", want: "must not contain a user name or a password"},
		"name alone":                    {server: "https://jdoe@hdp.example.com", want: "must not contain a user name or a password"},
		"password without a scheme":     {server: "jdoe:geheim@hdp.example.com", want: "must not contain a user name or a password"},
		"password with a wrong port":    {server: "https://jdoe:geheim@hdp.example.com:port", want: "not of the form https://"},
		"password in place of the port": {server: "https://hdp.example.com:geheim", want: "not of the form https://"},
		"password in the path":          {server: "jdoe:geheim/hdp.example.com", want: "not of the form https://"},
		"password in the query":         {server: "http://hdp.example.com?password=geheim", want: "unencrypted"},
		"password in the fragment":      {server: "ftp://hdp.example.com#geheim", want: "not of the form https://"},
	} {
		t.Run(name, func(t *testing.T) {
			given := map[string]string{"server": c.server}
			if c.http {
				given["allow_http"] = "true"
			}
			_, err := config.Load(config.Sources{Flags: given})
			check(t, err, c.want)
			if err != nil && (strings.Contains(err.Error(), "geheim") || strings.ContainsRune(err.Error(), 0x1b)) {
				t.Errorf("the error quotes the address: %q", err)
			}
		})
	}
}

// check expects the text in the error, or no error if it is "".
func check(t *testing.T, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("refused: %v", err)
	case want != "" && err == nil:
		t.Errorf("accepted; want %q", want)
	case want != "" && !strings.Contains(err.Error(), want):
		t.Errorf("%q, want %q", err, want)
	}
}
