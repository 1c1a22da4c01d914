package main

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/beianbot/beianbot/bot/service"
	"github.com/beianbot/beianbot/config"
)

// answers reports whether somebody listens at an address.
func answers(base string) bool {
	u, err := url.Parse(base)
	if err != nil {
		return false
	}
	c, err := net.DialTimeout("tcp", u.Host, 300*time.Millisecond)
	if err != nil {
		return false
	}
	return c.Close() == nil
}

// openLocal makes a client that works on the store itself, through the same API in this process: no server runs.
func openLocal(w *world, cfg config.Config) (*client, error) {
	api, closeStore, err := service.OpenAPI(w.ctx, cfg, w.now)
	if err != nil {
		return nil, err
	}
	return &client{base: "http://localhost", http: &http.Client{Transport: inProcess{api}}, stdout: w.stdout, close: closeStore}, nil
}

// inProcess is a transport that hands requests to a handler.
type inProcess struct{ handler http.Handler }

func (t inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		r.Body = http.NoBody
	}
	body, pipe := io.Pipe()
	w := &pipedResponse{header: http.Header{}, pipe: pipe, begun: make(chan int, 1)}
	go func() {
		defer pipe.Close()
		defer w.WriteHeader(http.StatusOK)
		t.handler.ServeHTTP(w, r)
	}()
	status := <-w.begun
	return &http.Response{
		Status: http.StatusText(status), StatusCode: status, Header: w.header, Body: body, Request: r, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		ContentLength: -1,
	}, nil
}

// pipedResponse passes a response on as it is written.
type pipedResponse struct {
	header http.Header
	pipe   *io.PipeWriter
	begun  chan int
	sent   bool
}

func (w *pipedResponse) Header() http.Header { return w.header }

func (w *pipedResponse) WriteHeader(status int) {
	if !w.sent {
		w.sent = true
		w.begun <- status
	}
}

func (w *pipedResponse) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.pipe.Write(b)
}
