package hdpclient

import (
	"encoding/asn1"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"
)

func der(t *testing.T, v any) []byte {
	t.Helper()
	b, err := asn1.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestCAFileFormats(t *testing.T) {
	cert, certPEM, keyPEM := identity(t, "ca.example.test")
	key, _ := pem.Decode(keyPEM)
	utf16le := append([]byte("\xff\xfe"), make([]byte, 2*len(certPEM))...)
	for i, unit := range utf16.Encode([]rune(string(certPEM))) {
		binary.LittleEndian.PutUint16(utf16le[2+2*i:], unit)
	}
	pkcs7 := struct{ Kind asn1.ObjectIdentifier }{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}}
	pkcs12 := struct {
		Version int
		Content struct{ Kind asn1.ObjectIdentifier }
	}{3, struct{ Kind asn1.ObjectIdentifier }{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}}}
	for name, c := range map[string]struct {
		data []byte
		want string // of the error, "" for none
	}{
		"PEM":                   {certPEM, ""},
		"PEM among other text":  {append([]byte("Issued by x\r\n\r\n"), certPEM...), ""},
		"PEM with a key":        {append(keyPEM, certPEM...), ""},
		"a byte order mark":     {append([]byte(byteOrderMark), certPEM...), ""},
		"UTF-16":                {utf16le, ""},
		"DER":                   {cert.Raw, ""},
		"two in DER":            {append(cert.Raw, cert.Raw...), ""},
		"a damaged certificate": {pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")}), "contains a damaged certificate"},
		"a p7b":                 {der(t, pkcs7), "is a PKCS#7 bundle (p7b). Convert it: openssl pkcs7"},
		"a p7b as PEM":          {pem.EncodeToMemory(&pem.Block{Type: "PKCS7", Bytes: der(t, pkcs7)}), "is a PKCS#7 bundle (p7b)"},
		"a p12":                 {der(t, pkcs12), "is a PKCS#12 file (p12, pfx). Extract the certificates: openssl pkcs12"},
		"a private key":         {keyPEM, "contains a private key but no certificate"},
		"a private key as DER":  {key.Bytes, "contains a private key but no certificate"},
		"a certificate request": {pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: []byte("x")}), "contains a certificate request"},
		"nothing":               {nil, "contains no certificate"},
		"one byte":              {[]byte{0xff}, "contains no certificate"},
		"other text":            {[]byte("authority = x\n"), "contains no certificate"},
	} {
		file := filepath.Join(t.TempDir(), "ca")
		if err := os.WriteFile(file, c.data, 0o600); err != nil {
			t.Fatal(err)
		}
		s := defaults()
		err := WithRootCAFile(file)(&s)
		switch {
		case c.want == "" && (err != nil || len(s.roots.Subjects()) != 1): //nolint:staticcheck // not the system's pool
			t.Errorf("%s: %v", name, err)
		case c.want != "" && (!errors.Is(err, ErrRootCAs) || !strings.Contains(err.Error(), file+" "+c.want)):
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestUnreadableCAFile(t *testing.T) {
	dir := t.TempDir()
	for path, want := range map[string]string{
		dir:                        "CA file: " + dir + " is a folder; name a file",
		filepath.Join(dir, "none"): "CA file: there is no file " + filepath.Join(dir, "none"),
	} {
		s := defaults()
		if err := WithRootCAFile(path)(&s); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
