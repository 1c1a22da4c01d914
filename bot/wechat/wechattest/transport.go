package wechattest

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
)

// Transport returns a RoundTripper that calls a handler without any network, so that it works inside a testing/synctest bubble. A handler
// that panics with http.ErrAbortHandler loses the answer.
func Transport(h http.Handler) http.RoundTripper { return transport{h} }

// Transport returns a RoundTripper to the platform without any network.
func (p *Platform) Transport() http.RoundTripper { return Transport(p) }

type transport struct{ handler http.Handler }

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	served := r.Clone(r.Context())
	served.RequestURI = r.URL.RequestURI()
	if served.Body == nil {
		served.Body = http.NoBody
	}
	if trace := httptrace.ContextClientTrace(r.Context()); trace != nil && trace.WroteRequest != nil {
		trace.WroteRequest(httptrace.WroteRequestInfo{})
	}
	type result struct {
		answer  *record
		dropped bool
	}
	done := make(chan result, 1)
	go func() {
		answer, dropped := &record{header: http.Header{}, status: http.StatusOK}, true
		defer func() {
			if v := recover(); v != nil {
				if err, ok := v.(error); !ok || !errors.Is(err, http.ErrAbortHandler) {
					panic(v)
				}
			}
			done <- result{answer, dropped}
		}()
		t.handler.ServeHTTP(answer, served)
		dropped = false
	}()
	select {
	case <-r.Context().Done():
		return nil, r.Context().Err()
	case res := <-done:
		if res.dropped {
			return nil, errDropped
		}
		return &http.Response{
			Status: http.StatusText(res.answer.status), StatusCode: res.answer.status,
			Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
			Header: res.answer.header, Body: io.NopCloser(bytes.NewReader(res.answer.body.Bytes())),
			ContentLength: int64(res.answer.body.Len()), Request: r,
		}, nil
	}
}
