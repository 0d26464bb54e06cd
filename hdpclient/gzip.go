package hdpclient

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
)

// A list of accounts compresses to a 40th of its size; with indentation and many equal
// properties, to a 160th. A much higher ratio means an attempt to fill the memory: gzip
// can reach a 1030th.
const (
	maxRatio  = 500
	ratioFrom = 16 << 20 // bytes after decompression

	errTooDense limitError = "the answer unpacks to more than 500 times its compressed size"
)

// unpackGzip decompresses the body of a gzip response.
func unpackGzip(resp *http.Response) {
	if strings.EqualFold(resp.Header.Get("Content-Encoding"), "gzip") {
		resp.Body = &gzipBody{body: resp.Body}
		resp.ContentLength = -1
	}
}

type gzipBody struct {
	body    io.ReadCloser
	zip     *gzip.Reader
	in, out int64
}

func (u *gzipBody) Read(p []byte) (n int, err error) {
	if u.zip == nil {
		if u.zip, err = gzip.NewReader((*countedBody)(u)); err != nil {
			u.zip = nil
			return 0, err
		}
	}
	n, err = u.zip.Read(p)
	u.out += int64(n)
	if u.out > ratioFrom && u.out > maxRatio*u.in {
		return n, errTooDense
	}
	return n, err
}

func (u *gzipBody) Close() error { return u.body.Close() }

// countedBody counts the compressed bytes.
type countedBody gzipBody

func (p *countedBody) Read(b []byte) (int, error) {
	n, err := p.body.Read(b)
	p.in += int64(n)
	return n, err
}
