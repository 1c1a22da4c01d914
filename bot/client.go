package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/beianbot/beianbot/config"
)

// serverFlags say which running server to talk to, and how.
type serverFlags struct {
	configFlag
	Server string `placeholder:"URL" help:"Address of the admin listener (default: as configured)."`
	Token  string `placeholder:"TOKEN" help:"Bearer token (default: as configured)."`
}

// client calls a running server's API.
type client struct {
	base, token string
	http        *http.Client
	stdout      io.Writer
	close       func() error
}

func (f serverFlags) client(w *world) (*client, error) {
	cfg, err := f.load(w)
	if err != nil {
		return nil, err
	}
	c := &client{base: f.Server, token: f.Token, http: &http.Client{Timeout: 30 * time.Second}, stdout: w.stdout}
	if c.base == "" {
		c.base = adminURL(cfg)
	}
	if c.token == "" {
		c.token = cfg.Admin.Token
	}
	c.base = strings.TrimRight(c.base, "/")
	if f.Server == "" && !answers(c.base) {
		return openLocal(w, cfg)
	}
	return c, nil
}

// with calls do with a client and lets go of the store afterwards, should one have been opened.
func (f serverFlags) with(w *world, do func(c *client) error) error {
	c, err := f.client(w)
	if err != nil {
		return err
	}
	if c.close != nil {
		return errors.Join(do(c), c.close())
	}
	return do(c)
}

// adminURL is where a server with this configuration is reached from the same machine.
func adminURL(cfg config.Config) string {
	host, port, err := net.SplitHostPort(cfg.AdminListen)
	if err != nil {
		return "http://" + cfg.AdminListen
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// maxAnswer bounds what is read of a server's answer.
const maxAnswer = 64 << 20

// call sends body (nil for none) as JSON and decodes the answer into out (nil for none).
func (c *client) call(ctx context.Context, method, path string, query url.Values, body, out any) error {
	var in io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return err
		}
		in = bytes.NewReader(data)
	}
	u := c.base + path
	if len(query) > 0 {
		u += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, u, in)
	if err != nil {
		return err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := c.do(c.http, req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return err
	}
	if res.StatusCode >= 300 {
		return answerError(res, data)
	}
	if out == nil || len(data) == 0 {
		return nil
	}
	return json.Unmarshal(data, out)
}

// do sends a request with the token.
func (c *client) do(h *http.Client, req *http.Request) (*http.Response, error) {
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	res, err := h.Do(req)
	if err != nil {
		return nil, fmt.Errorf("is a server running at %s? %w", c.base, err)
	}
	return res, nil
}

// stream sends a request and returns the body of its answer, which may take as long as it takes; the context ends it.
func (c *client) stream(req *http.Request) (io.ReadCloser, error) {
	patient := *c.http
	patient.Timeout = 0
	res, err := c.do(&patient, req)
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		defer res.Body.Close()
		data, _ := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
		return nil, answerError(res, data)
	}
	return res.Body, nil
}

// answerError reads the error in a server's answer.
func answerError(res *http.Response, data []byte) error {
	var e struct {
		Error struct {
			Code    string `json:"code"`
			Message string `json:"message"`
		} `json:"error"`
	}
	if json.Unmarshal(data, &e) == nil && e.Error.Code != "" {
		return fmt.Errorf("%s: %s", e.Error.Code, e.Error.Message)
	}
	return fmt.Errorf("the server answered %s", res.Status)
}

// show calls and prints the answer as indented JSON.
func (c *client) show(ctx context.Context, method, path string, query url.Values, body any) error {
	var raw json.RawMessage
	if err := c.call(ctx, method, path, query, body, &raw); err != nil {
		return err
	}
	var b bytes.Buffer
	if len(raw) > 0 && json.Indent(&b, raw, "", "  ") == nil {
		b.WriteByte('\n')
	}
	_, err := b.WriteTo(c.stdout)
	return err
}

type healthcheckCmd struct {
	serverFlags
}

// Run asks /readyz and says nothing where all is well, as container engines expect.
func (c *healthcheckCmd) Run(w *world) error {
	cfg, err := c.load(w)
	if err != nil {
		return err
	}
	base := c.Server
	if base == "" {
		base = adminURL(cfg)
	}
	ctx, cancel := context.WithTimeout(w.ctx, 4*time.Second)
	defer cancel()
	cl := &client{base: strings.TrimRight(base, "/"), http: http.DefaultClient}
	return cl.call(ctx, http.MethodGet, "/readyz", nil, nil, nil)
}

// lines prints rows in columns.
func lines(w io.Writer, rows [][]string) error {
	for _, r := range rows {
		if _, err := fmt.Fprintln(w, strings.Join(r, "\t")); err != nil {
			return err
		}
	}
	return nil
}

// inputFile opens a file, or standard input for "-".
func inputFile(w *world, name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(w.stdin), nil
	}
	return os.Open(name)
}
