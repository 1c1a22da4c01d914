// Package redistest starts real Redis servers for tests, with everything written to disk at once, so that they can be killed and started
// again. The program redis-server must be on the PATH: a test that cannot start it fails.
package redistest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Server is a running redis-server on a free port of this machine.
type Server struct {
	// URL is its address as redis_url wants it.
	URL string
	// Addr is its host and port.
	Addr string

	dir   string
	ready string   // a part of the line of its log that tells that it is ready
	args  []string // what redis-server is started with
	mu    sync.Mutex
	cmd   *exec.Cmd
}

// Start starts a server that ends with the test.
func Start(t testing.TB) *Server {
	t.Helper()
	return keep(t, single)
}

// StartCluster starts a Cluster of a single server, which is as strict about hash tags as a large one.
func StartCluster(t testing.TB) *Server {
	t.Helper()
	s := keep(t, cluster)
	if err := s.formCluster(); err != nil {
		t.Fatal(err)
	}
	return s
}

// StartSentinel starts a Sentinel that watches a server under a name.
func StartSentinel(t testing.TB, watched *Server, name string) *Server {
	t.Helper()
	host, port, _ := net.SplitHostPort(watched.Addr)
	return keep(t, func(s *Server) error {
		s.URL, s.ready = "redis+sentinel://"+s.Addr+"/"+name, "Sentinel ID is"
		conf := filepath.Join(s.dir, "sentinel.conf")
		s.args = []string{conf, "--sentinel", "--port", s.port(), "--bind", "127.0.0.1", "--dir", s.dir}
		return os.WriteFile(conf, fmt.Appendf(nil, "sentinel monitor %s %s %s 1\n", name, host, port), 0o600)
	})
}

// Launch starts a server that several tests share. The caller stops it.
func Launch() (*Server, error) { return launch(single) }

// SkipShort skips a test that needs redis-server in short mode (go test -short), which needs nothing but Go. The check runs them and
// fails where one skipped itself.
func SkipShort(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip("short: needs redis-server")
	}
}

func keep(t testing.TB, shape func(*Server) error) *Server {
	t.Helper()
	SkipShort(t)
	s, err := launch(shape)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

// single shapes a server that stands alone.
func single(s *Server) error {
	s.URL, s.ready = "redis://"+s.Addr, "Ready to accept connections"
	s.args = []string{
		"--port", s.port(), "--bind", "127.0.0.1", "--dir", s.dir, "--save", "", "--appendonly", "yes", "--appendfsync", "always",
	}
	return nil
}

// cluster shapes a server that is to be a Cluster.
func cluster(s *Server) error {
	err := single(s)
	s.URL = "redis+cluster://" + s.Addr
	s.args = append(s.args, "--cluster-enabled", "yes", "--cluster-config-file", filepath.Join(s.dir, "nodes.conf"))
	return err
}

// launch starts a server of some shape.
func launch(shape func(*Server) error) (*Server, error) {
	if _, err := exec.LookPath("redis-server"); err != nil {
		return nil, fmt.Errorf("redistest: redis-server is not on the PATH (Debian: apt-get install redis-server): %w", err)
	}
	var last error
	for range 5 { // a port that is free now may be taken in a moment
		port, err := freePort()
		if err != nil {
			return nil, err
		}
		dir, err := os.MkdirTemp("", "redis")
		if err != nil {
			return nil, err
		}
		s := &Server{Addr: "127.0.0.1:" + port, dir: dir}
		if last = errors.Join(shape(s), s.Restart()); last == nil {
			return s, nil
		}
		s.Stop()
	}
	return nil, last
}

func (s *Server) port() string {
	_, port, _ := net.SplitHostPort(s.Addr)
	return port
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer func() { _ = l.Close() }()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

// Restart starts the server again after Kill, on the same port and with what it had written. It returns once the server takes connections.
func (s *Server) Restart() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cmd != nil {
		return errors.New("redistest: it is running")
	}
	cmd := exec.Command("redis-server", s.args...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("redistest: %w", err)
	}
	ready := make(chan error, 1)
	go s.watch(out, ready)
	select {
	case err = <-ready:
	case <-time.After(20 * time.Second):
		err = errors.New("redistest: redis-server does not get ready")
	}
	if err != nil {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		return err
	}
	s.cmd = cmd
	return nil
}

// watch reads the server's log to the end and tells when it is ready, or that it ended before.
func (s *Server) watch(out io.Reader, ready chan<- error) {
	var tail []string
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if tail = append(tail, lines.Text()); len(tail) > 20 {
			tail = tail[1:]
		}
		if strings.Contains(lines.Text(), s.ready) {
			ready <- nil
			_, _ = io.Copy(io.Discard, out)
			return
		}
	}
	ready <- fmt.Errorf("redistest: redis-server ended: %s", strings.Join(tail, "\n"))
}

// Kill ends the server at once, as a crash would (SIGKILL).
func (s *Server) Kill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
	s.cmd = nil
}

// Freeze lets the server hang: it keeps its connections and answers nothing, until Thaw.
func (s *Server) Freeze() { s.signal(syscall.SIGSTOP) }

// Thaw ends Freeze.
func (s *Server) Thaw() { s.signal(syscall.SIGCONT) }

func (s *Server) signal(sig os.Signal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cmd != nil {
		_ = s.cmd.Process.Signal(sig)
	}
}

// Stop ends the server and removes what it wrote.
func (s *Server) Stop() {
	s.Kill()
	_ = os.RemoveAll(s.dir)
}

// formCluster gives all slots to this one server and waits until it serves them.
func (s *Server) formCluster() error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if answer, err := s.ask(ctx, "CLUSTER ADDSLOTSRANGE 0 16383"); err != nil || !strings.HasPrefix(answer, "+OK") {
		return fmt.Errorf("redistest: the cluster takes no slots: %q %w", answer, err)
	}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		if answer, err := s.ask(ctx, "CLUSTER INFO"); err == nil && strings.Contains(answer, "cluster_state:ok") {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("redistest: the cluster does not get ready: %w", ctx.Err())
		}
	}
}

// ask sends one command and returns the beginning of the answer.
func (s *Server) ask(ctx context.Context, command string) (string, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", s.Addr)
	if err != nil {
		return "", err
	}
	defer func() { _ = c.Close() }()
	if deadline, ok := ctx.Deadline(); ok {
		_ = c.SetDeadline(deadline)
	}
	if _, err := io.WriteString(c, command+"\r\n"); err != nil {
		return "", err
	}
	b := make([]byte, 4096)
	n, err := c.Read(b)
	return string(b[:n]), err
}
