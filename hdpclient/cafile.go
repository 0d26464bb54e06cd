package hdpclient

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"unicode/utf16"
)

// readCAs reads certificates in PEM or DER from a file, in any encoding an editor may
// save.
func readCAs(path string) (*x509.CertPool, error) {
	data, err := os.ReadFile(path)
	switch info, statErr := os.Stat(path); {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%w: there is no file %s", ErrRootCAs, path)
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("%w: no permission to read %s", ErrRootCAs, path)
	case statErr == nil && info.IsDir():
		return nil, fmt.Errorf("%w: %s is a folder; name a file", ErrRootCAs, path)
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrRootCAs, err)
	}
	certs, wrong := parseCAs(toUTF8(data))
	if wrong != "" {
		return nil, fmt.Errorf("%w: %s %s", ErrRootCAs, path, strings.ReplaceAll(wrong, "FILE", path))
	}
	pool := x509.NewCertPool()
	for _, c := range certs {
		pool.AddCert(c)
	}
	return pool, nil
}

// toUTF8 also removes a byte order mark.
func toUTF8(data []byte) []byte {
	order := map[string]binary.ByteOrder{"\xff\xfe": binary.LittleEndian, "\xfe\xff": binary.BigEndian}[string(data[:min(2, len(data))])]
	if order == nil {
		return bytes.TrimPrefix(data, []byte(byteOrderMark))
	}
	var units []uint16
	for data = data[2:]; len(data) >= 2; data = data[2:] {
		units = append(units, order.Uint16(data))
	}
	return []byte(string(utf16.Decode(units)))
}

// parseCAs returns the certificates, or what is wrong with the file and how to fix it.
func parseCAs(data []byte) (certs []*x509.Certificate, wrong string) {
	instead := ""
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		switch kind := block.Type; {
		case kind == "CERTIFICATE", kind == "X509 CERTIFICATE":
			c, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				return nil, "contains a damaged certificate. Export it again"
			}
			certs = append(certs, c)
		case kind == "PKCS7":
			instead = hintPKCS7
		case strings.HasSuffix(kind, "PRIVATE KEY"):
			instead = hintKey
		case strings.HasSuffix(kind, "CERTIFICATE REQUEST"):
			instead = hintRequest
		}
	}
	switch {
	case len(certs) > 0:
		return certs, ""
	case instead != "":
		return nil, instead
	}
	if certs, err := x509.ParseCertificates(data); err == nil && len(certs) > 0 {
		return certs, ""
	}
	return nil, describeForeignFile(data)
}

const (
	hintPKCS7         = "is a PKCS#7 bundle (p7b). Convert it: openssl pkcs7 -print_certs -in FILE -out ca.pem (with -inform DER if it is binary)"
	hintPKCS12        = "is a PKCS#12 file (p12, pfx). Extract the certificates: openssl pkcs12 -in FILE -cacerts -nokeys -out ca.pem"
	hintKey           = "contains a private key but no certificate. Name the certificate of the authority, and keep the key secret"
	hintRequest       = "contains a certificate request, not a certificate. Name the certificate that the authority issued"
	hintNoCertificate = "contains no certificate. It must be PEM (-----BEGIN CERTIFICATE-----) or DER"
)

func describeForeignFile(data []byte) string {
	var bundle struct {
		Kind asn1.ObjectIdentifier
		Rest asn1.RawValue `asn1:"explicit,optional,tag:0"`
	}
	if _, err := asn1.Unmarshal(data, &bundle); err == nil && bundle.Kind.Equal(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}) {
		return hintPKCS7
	}
	var store struct {
		Version int
		Content struct {
			Kind asn1.ObjectIdentifier
			Rest asn1.RawValue `asn1:"explicit,optional,tag:0"`
		}
		MAC asn1.RawValue `asn1:"optional"`
	}
	if _, err := asn1.Unmarshal(data, &store); err == nil && store.Version == 3 {
		return hintPKCS12
	}
	_, err8 := x509.ParsePKCS8PrivateKey(data)
	_, err1 := x509.ParsePKCS1PrivateKey(data)
	_, errEC := x509.ParseECPrivateKey(data)
	if err8 == nil || err1 == nil || errEC == nil {
		return hintKey
	}
	if _, err := x509.ParseCertificateRequest(data); err == nil {
		return hintRequest
	}
	return hintNoCertificate
}
