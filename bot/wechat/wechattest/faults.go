package wechattest

import (
	"bytes"
	"net/http"
	"slices"
	"time"
)

// Fault is something going wrong at an endpoint. One Fault does one of its things, after its Delay.
type Fault struct {
	// Path is the endpoint: "/cgi-bin/message/template/send". Empty means any.
	Path string
	// Times is how many calls it hits. Zero means one, a negative number all.
	Times int
	// Delay comes before anything else, or before a normal answer when nothing else is set.
	Delay time.Duration
	// Code answers with an error code of the platform and no effect.
	Code int
	// Status answers with an HTTP status and no effect.
	Status int
	// DropBefore closes the connection before the effect.
	DropBefore bool
	// DropAfter lets the call take effect and closes the connection instead of answering.
	DropAfter bool
	// Drip lets the call take effect and sends the answer byte by byte, with this pause between two.
	Drip time.Duration
	// Garbage lets the call take effect and answers with these bytes.
	Garbage []byte
}

// Script adds faults. The first one that fits a call hits it.
func (p *Platform) Script(faults ...Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, f := range faults {
		if f.Times == 0 {
			f.Times = 1
		}
		p.faults = append(p.faults, &f)
	}
}

// Heal removes all faults.
func (p *Platform) Heal() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = nil
}

// next counts a call and returns the fault that hits it.
func (p *Platform) next(path string) (Fault, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls[path]++
	for i, f := range p.faults {
		if f.Path != "" && f.Path != path {
			continue
		}
		if f.Times > 0 {
			f.Times--
			if f.Times == 0 {
				p.faults = slices.Delete(p.faults, i, i+1)
			}
		}
		return *f, true
	}
	return Fault{}, false
}

// ServeHTTP implements http.Handler.
func (p *Platform) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f, hit := p.next(r.URL.Path)
	if !hit {
		p.mux.ServeHTTP(w, r)
		return
	}
	if f.Delay > 0 {
		pause(r, f.Delay)
	}
	switch {
	case f.DropBefore:
		panic(http.ErrAbortHandler) // closes the connection without a word
	case f.Code != 0:
		fail(w, f.Code)
		return
	case f.Status != 0:
		http.Error(w, "the platform is not well", f.Status)
		return
	}
	answer := &record{header: http.Header{}, status: http.StatusOK}
	p.mux.ServeHTTP(answer, r)
	if f.DropAfter {
		panic(http.ErrAbortHandler)
	}
	body := answer.body.Bytes()
	if f.Garbage != nil {
		body = f.Garbage
	}
	for name, values := range answer.header {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.status)
	if f.Drip <= 0 {
		_, _ = w.Write(body)
		return
	}
	for i := range body {
		pause(r, f.Drip)
		if _, err := w.Write(body[i : i+1]); err != nil {
			return
		}
		_ = http.NewResponseController(w).Flush()
	}
}

func pause(r *http.Request, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-r.Context().Done():
	}
}

// record is a response kept back.
type record struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *record) Header() http.Header         { return r.header }
func (r *record) WriteHeader(status int)      { r.status = status }
func (r *record) Write(b []byte) (int, error) { return r.body.Write(b) }
