package hdpclient

import (
	"io"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"
)

// decodeCharset converts a response declared as ISO-8859-1, once Java's default, to
// UTF-8. All other responses are taken as UTF-8.
func decodeCharset(resp *http.Response) {
	_, params, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if err != nil {
		return
	}
	switch strings.ToLower(params["charset"]) {
	case "iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "latin-1", "l1":
		resp.Body = &latin1Body{body: resp.Body}
		resp.ContentLength = -1
	}
}

// latin1Body converts a body from ISO-8859-1 to UTF-8. It keeps sequences that are
// valid UTF-8: JSON is UTF-8 whatever the server declares, and accounts are sent back
// as read.
type latin1Body struct {
	body io.ReadCloser
	raw  []byte // not decoded yet
	left []byte // decoded, but there was no room for it
	err  error
	buf  [4 << 10]byte
}

func (l *latin1Body) Read(p []byte) (int, error) {
	for len(l.left) == 0 && l.err == nil {
		n, err := l.body.Read(l.buf[:])
		l.raw, l.err = append(l.raw, l.buf[:n]...), err
		l.decode()
	}
	n := copy(p, l.left)
	l.left = l.left[n:]
	if n == 0 && len(p) > 0 {
		return 0, l.err
	}
	return n, nil
}

// decode keeps an incomplete character until more bytes arrive.
func (l *latin1Body) decode() {
	for len(l.raw) > 0 && (l.err != nil || utf8.FullRune(l.raw)) {
		r, n := utf8.DecodeRune(l.raw)
		if r == utf8.RuneError && n == 1 {
			r = rune(l.raw[0])
		}
		l.left, l.raw = utf8.AppendRune(l.left, r), l.raw[n:]
	}
}

func (l *latin1Body) Close() error { return l.body.Close() }
