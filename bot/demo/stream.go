package demo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// How often the back office looks whether something changed without the page's doing, and how often a silent stream shows a sign of life.
const (
	lookEvery = 400 * time.Millisecond
	beatEvery = 15 * time.Second
)

// serveEvents streams what happens: "entry" and "clear" for the conversation, "office" for the back office, "retry" for nothing else.
func (s *Server) serveEvents(w http.ResponseWriter, r *http.Request) {
	missed, live, ok := s.log.listen(r.Header.Get("Last-Event-ID"))
	if !ok {
		http.Error(w, "too many open pages", http.StatusServiceUnavailable)
		return
	}
	defer s.log.leave(live)
	rc := http.NewResponseController(w)
	_ = rc.SetWriteDeadline(time.Time{}) // a stream has no end; each write gets its own below
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	out := &stream{w: w, rc: rc}
	out.raw("retry: 1000\n\n")
	for _, ev := range missed {
		out.event(ev)
	}
	s.greet(r.Context())

	look, beat := time.NewTicker(lookEvery), time.NewTicker(beatEvery)
	defer look.Stop()
	defer beat.Stop()
	for {
		s.showOffice(r, out)
		if out.flush() != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case ev, open := <-live:
			if !open {
				return // the page comes back by itself
			}
			out.event(ev)
		case <-look.C:
		case <-beat.C:
			out.raw(": \n\n")
		}
	}
}

// showOffice sends the back office where it differs from what was sent last. The time of day is left out of the comparison.
func (s *Server) showOffice(r *http.Request, out *stream) {
	office := s.office(r.Context())
	same, err := json.Marshal(office)
	if err != nil || bytes.Equal(same, out.office) {
		return
	}
	out.office = same
	office.Now = s.o.Clock.Now()
	out.event(event{name: "office", data: office})
}

// stream writes server-sent events and remembers the first error.
type stream struct {
	w      http.ResponseWriter
	rc     *http.ResponseController
	office []byte // as sent last
	dirty  bool
	err    error
}

func (o *stream) raw(s string) {
	if o.err != nil {
		return
	}
	_ = o.rc.SetWriteDeadline(time.Now().Add(10 * time.Second))
	o.dirty = true
	_, o.err = fmt.Fprint(o.w, s)
}

func (o *stream) event(ev event) {
	data, err := json.Marshal(ev.data)
	if err != nil {
		o.err = err
		return
	}
	head := "event: " + ev.name + "\n"
	if ev.id != "" {
		head += "id: " + ev.id + "\n"
	}
	o.raw(head + "data: " + string(data) + "\n\n")
}

func (o *stream) flush() error {
	if o.err == nil && o.dirty {
		o.dirty = false
		o.err = o.rc.Flush()
	}
	return o.err
}
