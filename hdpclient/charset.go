package hdpclient

import (
	"io"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"
)

// decodeCharset makes an answer UTF-8 that is declared as ISO-8859-1, as Java's default
// once was. Every other answer is taken for UTF-8.
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

type latin1Body struct {
	body io.ReadCloser
	left []byte // UTF-8 that had no room
	buf  [4 << 10]byte
}

func (l *latin1Body) Read(p []byte) (int, error) {
	if len(l.left) == 0 {
		n, err := l.body.Read(l.buf[:])
		for _, b := range l.buf[:n] {
			l.left = utf8.AppendRune(l.left, rune(b))
		}
		if n == 0 {
			return 0, err
		}
	}
	n := copy(p, l.left)
	l.left = l.left[n:]
	return n, nil
}

func (l *latin1Body) Close() error { return l.body.Close() }
