package hdptest

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
)

// answer is sent to the client unless a fault changes it.
type answer struct {
	status    int
	header    http.Header
	body      []byte
	stream    func(io.Writer) error // instead of body, for a long answer
	hasLength bool                  // a stream that needs a Content-Length
}

// buffered replaces a stream by a body in memory.
func (a answer) buffered() answer {
	if a.stream != nil {
		var b bytes.Buffer
		_ = a.stream(&b) // a buffer never fails
		a.body, a.stream = b.Bytes(), nil
	}
	return a
}

func ok(body []byte) answer { return answer{status: http.StatusOK, body: body} }

func okJSON(v any) answer { return ok(encode(v)) }

// refusal makes the documented envelope: {"error":{"code":…,"message":{…}}}.
func (s *Server) refusal(status int, code int64, text string) answer {
	b := []byte(`{"error":{"code":`)
	if s.quirks[CodeAsString] {
		b = appendString(b, strconv.FormatInt(code, 10))
	} else {
		b = strconv.AppendInt(b, code, 10)
	}
	b = append(b, `,"message":{"lang":"en-US","value":`...)
	b = appendString(b, text)
	b = append(b, `}}}`...)
	return answer{status: status, body: b}
}

// The documented refusals. The pages give codes and texts, but never the HTTP status:
// that is our reading.

func (s *Server) noUser(id string) answer {
	status := http.StatusNotFound
	if s.quirks[NotFoundIs400] {
		status = http.StatusBadRequest
	}
	return s.refusal(status, 222207916, "There is no User with that id: "+id+".")
}

func (s *Server) noUserName() answer {
	return s.refusal(http.StatusBadRequest, 222207031, "Invalid Progress ID userName.")
}

func (s *Server) permissionDenied() answer {
	if s.quirks[ForbiddenIsBare] {
		return answer{status: http.StatusForbidden}
	}
	return s.refusal(http.StatusForbidden, 222208103, "You lack the permissions to access this url.")
}

func (s *Server) badJSON(why string) answer {
	return s.refusal(http.StatusBadRequest, 222207007, "Invalid JSON Input: "+why)
}

func (s *Server) unauthorized() answer {
	a := s.refusal(http.StatusUnauthorized, 222206007, "Invalid user ID or password.")
	if s.quirks[UnauthorizedIsBare] {
		a.body = nil
	}
	if !s.quirks[NoChallenge] {
		a.header = http.Header{"Www-Authenticate": {`Basic realm="Hybrid Data Pipeline"`}}
	}
	return a
}
