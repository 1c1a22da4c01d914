package service

import (
	"net/http"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/wechat"
	"github.com/beianbot/beianbot/handlers/webhook"
	"github.com/beianbot/beianbot/kb"
)

// metrics counts what happens. Every label is of a closed set: no person, no name, no number.
type metrics struct {
	registry  *prometheus.Registry
	callbacks *prometheus.CounterVec
	seconds   *prometheus.HistogramVec
	degraded  prometheus.Counter
	kinds     *prometheus.CounterVec
	pushes    *prometheus.CounterVec
	latency   prometheus.Histogram
	reloads   *prometheus.CounterVec
	calls     *prometheus.CounterVec
	callTime  *prometheus.HistogramVec
}

// newMetrics makes them; entries counts the knowledge in force.
func newMetrics(r *prometheus.Registry, entries func() int) *metrics {
	m := &metrics{
		registry: r,
		callbacks: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "beianbot_callbacks_total", Help: "Requests from the platform by outcome and, where refused, reason.",
		}, []string{"outcome", "reason"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "beianbot_callback_seconds", Help: "Time from a request's arrival until its reply was written.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 4.5, 5},
		}, []string{"kind"}),
		degraded: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "beianbot_callbacks_degraded_total", Help: "Messages answered although the store could not be asked.",
		}),
		kinds: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "beianbot_understood_total", Help: "Messages by what they were understood as.",
		}, []string{"kind"}),
		pushes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "beianbot_pushes_total", Help: "Pushes by the state, reason and channel in which an attempt ended.",
		}, []string{"state", "reason", "channel"}),
		latency: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "beianbot_push_delay_seconds", Help: "Time from a push's coming into being until it was told.",
			Buckets: []float64{.1, .25, .5, 1, 2.5, 5, 15, 60, 300, 3600, 86400},
		}),
		reloads: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "beianbot_reloads_total", Help: "Reloads of configuration and knowledge by result.",
		}, []string{"result"}),
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "beianbot_wechat_calls_total", Help: "Calls to WeChat by call and class of answer.",
		}, []string{"op", "answer"}),
		callTime: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "beianbot_wechat_call_seconds", Help: "Time a call to WeChat took, by call.",
			Buckets: []float64{.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"op"}),
	}
	topics := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "beianbot_knowledge_entries", Help: "Entries of the knowledge in force.",
	}, func() float64 { return float64(entries()) })
	r.MustRegister(m.callbacks, m.seconds, m.degraded, m.kinds, m.pushes, m.latency, m.reloads, topics,
		m.calls, m.callTime, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// resting shows whether sending is paused.
func (m *metrics) resting(paused func() bool) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "beianbot_pushes_paused", Help: "1 while an operator has paused the sending of pushes.",
	}, func() float64 {
		if paused() {
			return 1
		}
		return 0
	}))
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

func (m *metrics) callback(o webhook.Observation) {
	m.callbacks.WithLabelValues(string(o.Outcome), string(o.Refusal)).Inc()
	if o.Kind != "" {
		m.seconds.WithLabelValues(string(o.Kind)).Observe(o.Took.Seconds())
	}
	if o.Degraded {
		m.degraded.Inc()
	}
}

func (m *metrics) understood(r kb.Result) { m.kinds.WithLabelValues(string(r.Kind)).Inc() }

func (m *metrics) ended(p push.Push) {
	m.pushes.WithLabelValues(string(p.State), string(p.Reason), string(p.Channel)).Inc()
	if p.State == push.Sent {
		m.latency.Observe(max(p.UpdatedAt.Sub(p.CreatedAt), 0*time.Second).Seconds())
	}
}

// platform counts a call to WeChat. A call or an answer that is not of the closed sets counts as other, so that no text
// becomes a label.
func (m *metrics) platform(o wechat.Observation) {
	op, answer := o.Op, string(o.Answer)
	if !slices.Contains(wechat.Ops(), op) {
		op = "other"
	}
	if !slices.Contains(wechat.Answers(), o.Answer) {
		answer = "other"
	}
	m.calls.WithLabelValues(op, answer).Inc()
	m.callTime.WithLabelValues(op).Observe(o.Took.Seconds())
}

func (m *metrics) reloaded(err error) {
	result := "done"
	if err != nil {
		result = "refused"
	}
	m.reloads.WithLabelValues(result).Inc()
}
