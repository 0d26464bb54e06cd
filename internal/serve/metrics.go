package serve

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// Reasons of refusals, as labels.
const (
	refusedArriving   = "arriving"   // too many connections, before the handshake
	refusedKey        = "key"        // no key, or none that may sign in
	refusedConnection = "connection" // too many of the operator or in total
	refusedSession    = "session"    // the same
)

// metrics counts without names: anyone who may read metrics need not know who works when.
type metrics struct {
	registry           *prometheus.Registry
	began              *prometheus.CounterVec
	over               *prometheus.CounterVec
	seconds            *prometheus.HistogramVec
	refused            *prometheus.CounterVec
	panics, unrecorded prometheus.Counter
}

func newMetrics(s *Server) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		began:    prometheus.NewCounterVec(prometheus.CounterOpts{Name: "hdpadmin_sessions_started_total", Help: "Sessions that have started."}, []string{"kind"}),
		over:     prometheus.NewCounterVec(prometheus.CounterOpts{Name: "hdpadmin_sessions_ended_total", Help: "Sessions that have ended."}, []string{"kind", "cause"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "hdpadmin_session_seconds", Help: "How long sessions lasted.", Buckets: []float64{0.1, 1, 10, 60, 600, 3600, 4 * 3600, 12 * 3600},
		}, []string{"kind"}),
		refused:    prometheus.NewCounterVec(prometheus.CounterOpts{Name: "hdpadmin_refused_total", Help: "Connections, sign-ins and sessions that were refused."}, []string{"reason"}),
		panics:     prometheus.NewCounter(prometheus.CounterOpts{Name: "hdpadmin_panics_total", Help: "Sessions and tasks that a fault in hdpadmin has ended."}),
		unrecorded: prometheus.NewCounter(prometheus.CounterOpts{Name: "hdpadmin_audit_failures_total", Help: "Entries about sessions that could not be written to the audit log."}),
	}
	for _, reason := range []string{refusedArriving, refusedKey, refusedConnection, refusedSession} {
		m.refused.WithLabelValues(reason)
	}
	for _, kind := range []string{kindConsole, kindCommand} {
		m.began.WithLabelValues(kind)
		for _, c := range causes() {
			m.over.WithLabelValues(kind, c.label())
		}
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "hdpadmin_sessions", Help: "Open sessions.", ConstLabels: prometheus.Labels{"kind": kind},
		}, func() float64 { return float64(s.count(kind)) }))
	}
	m.registry.MustRegister(
		m.began, m.over, m.seconds, m.refused, m.panics, m.unrecorded,
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "hdpadmin_connections", Help: "Connections on which an operator has signed in."}, func() float64 {
			return float64(s.Connections())
		}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "hdpadmin_connections_arriving", Help: "Connections that have not signed in yet."}, func() float64 {
			return float64(s.countArriving())
		}),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), collectors.NewBuildInfoCollector(),
	)
	return m
}

func (m *metrics) ended(x *Session, why cause) {
	m.over.WithLabelValues(x.kind(), why.label()).Inc()
	m.seconds.WithLabelValues(x.kind()).Observe(time.Since(x.Since).Seconds())
}

const (
	kindConsole = "console"
	kindCommand = "command"
)

func (x *Session) kind() string {
	if x.isConsole() {
		return kindConsole
	}
	return kindCommand
}

func (s *Server) count(kind string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, x := range s.sessions {
		if x.kind() == kind {
			n++
		}
	}
	return n
}

func (s *Server) countArriving() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.arriving)
}
