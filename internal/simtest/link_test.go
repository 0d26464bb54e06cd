//go:build linux || darwin

package simtest_test

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/Shopify/toxiproxy/v2/stream"
	"github.com/Shopify/toxiproxy/v2/toxics"
	"github.com/rs/zerolog"
	"go.uber.org/goleak"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
)

// link is the network between a console and its server: real connections through a proxy,
// which can delay, cut or lose what is sent.
type link struct {
	testing.TB
	server string // its address

	mu    sync.Mutex
	proxy *toxiproxy.Proxy
	old   []*toxiproxy.Proxy // for connections from before a change
}

// toxic is a fault of one direction: upstream is to the server, downstream from it.
type toxic struct {
	Type       string           `json:"type"`
	Stream     string           `json:"stream"`
	Attributes map[string]int64 `json:"attributes"`
}

const (
	up   = "upstream"
	down = "downstream"
)

func delayed(stream string, by time.Duration) toxic {
	return toxic{"latency", stream, map[string]int64{"latency": by.Milliseconds()}}
}

// slow passes 1,000 bytes a second, like a modem of 9,600 baud.
func slow(stream string) toxic { return toxic{"bandwidth", stream, map[string]int64{"rate": 1}} }

// sliced sends pieces of a few bytes, with a pause after each.
func sliced(stream string, pause time.Duration) toxic {
	return toxic{"slicer", stream, map[string]int64{"average_size": 6, "size_variation": 3, "delay": pause.Microseconds()}}
}

// reset resets the connection when something is sent.
func reset(stream string) toxic {
	return toxic{"reset_peer", stream, map[string]int64{"timeout": 0}}
}

// swallowed loses everything and closes the connection after a while.
func swallowed(stream string, after time.Duration) toxic {
	return toxic{"timeout", stream, map[string]int64{"timeout": after.Milliseconds()}}
}

// cutAfter closes the connection after so many bytes.
func cutAfter(stream string, bytes int64) toxic {
	return toxic{"limit_data", stream, map[string]int64{"bytes": bytes}}
}

// blackHole loses everything after so many bytes, and the connection stays open.
func blackHole(stream string, after int64) toxic {
	return toxic{"black_hole", stream, map[string]int64{"after": after}}
}

// blackHoleToxic implements blackHole, which the library does not have.
type blackHoleToxic struct {
	After int64 `json:"after"`
}

func (h *blackHoleToxic) NewState() any { return new(h.After) }

func (h *blackHoleToxic) Pipe(stub *toxics.ToxicStub) {
	left, ok := stub.State.(*int64)
	if !ok {
		panic("a black hole needs its state")
	}
	for {
		select {
		case <-stub.Interrupt:
			return
		case c := <-stub.Input:
			if c == nil {
				stub.Close()
				return
			}
			if passes := c.Data[:min(*left, int64(len(c.Data)))]; len(passes) > 0 {
				*left -= int64(len(passes))
				stub.Output <- &stream.StreamChunk{Data: passes, Timestamp: c.Timestamp}
			}
		}
	}
}

// quietProxies keeps the proxies' log out of the tests' output. Call it in TestMain.
func quietProxies() {
	toxics.Register("black_hole", new(blackHoleToxic))
	zerolog.SetGlobalLevel(zerolog.Disabled)
}

// proxyLeaks lists the goroutines that a proxy leaks when a connection is closed before
// everything was delivered.
func proxyLeaks() []goleak.Option {
	return []goleak.Option{
		goleak.IgnoreAnyFunction("github.com/Shopify/toxiproxy/v2.(*ToxicLink).read"),
		goleak.IgnoreAnyFunction("github.com/Shopify/toxiproxy/v2.(*ToxicLink).write"),
		goleak.IgnoreAnyFunction("github.com/Shopify/toxiproxy/v2/toxics.(*ToxicStub).Run"),
	}
}

func newLink(t testing.TB, server *hdptest.Server) *link {
	l := &link{TB: t, server: strings.TrimPrefix(server.URL, "http://")}
	l.setToxics()
	t.Cleanup(l.cut)
	return l
}

// setToxics changes the link for new connections. Open ones keep their proxy: a proxy may
// hang if it changes while it has connections.
func (l *link) setToxics(toxics ...toxic) {
	l.Helper()
	api := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	proxy := toxiproxy.NewProxy(api, "link", "127.0.0.1:0", l.server)
	for _, toxic := range toxics {
		text, err := json.Marshal(toxic)
		if err != nil {
			l.Fatal(err)
		}
		if _, err := proxy.Toxics.AddToxicJson(strings.NewReader(string(text))); err != nil {
			l.Fatalf("%+v: %v", toxic, err)
		}
	}
	if err := proxy.Start(); err != nil {
		l.Fatal(err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.proxy != nil {
		l.old = append(l.old, l.proxy)
	}
	if len(l.old) > maxOldProxies {
		l.old[0].Stop()
		l.old = slices.Delete(l.old, 0, 1)
	}
	l.proxy = proxy
}

// maxOldProxies limits the proxies that are kept for older connections. The connections of
// the oldest are closed.
const maxOldProxies = 4

// cut closes every connection and refuses new ones.
func (l *link) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range append(l.old, l.proxy) {
		p.Stop()
	}
	l.old = nil
}

// option makes a client connect through the current proxy.
func (l *link) option() hdpclient.Option {
	return hdpclient.WithTransport(func(t *http.Transport) {
		t.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
			l.mu.Lock()
			address := l.proxy.Listen
			l.mu.Unlock()
			return new(net.Dialer).DialContext(ctx, network, address)
		}
	})
}
