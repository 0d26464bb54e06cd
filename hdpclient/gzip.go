package hdpclient

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
)

// A list of accounts packs into a fortieth, one that is indented and has many equal
// properties into a 160th. What packs far better was made to fill the memory: gzip can
// pack into a 1030th.
const (
	maxRatio  = 500
	ratioFrom = 16 << 20 // bytes, unpacked

	errTooDense limitError = "the answer unpacks to more than 500 times its compressed size"
)

// unpackGzip makes the body of a gzip answer readable.
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

// countedBody is the body as it arrives.
type countedBody gzipBody

func (p *countedBody) Read(b []byte) (int, error) {
	n, err := p.body.Read(b)
	p.in += int64(n)
	return n, err
}
