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
	"testing"
	"time"
)

// Server is a running redis-server on a free port of this machine.
type Server struct {
	// URL is its address as redis_url wants it.
	URL string
	// Addr is its host and port.
	Addr string

	dir     string
	cluster bool
	mu      sync.Mutex
	cmd     *exec.Cmd
}

// Start starts a server that ends with the test.
func Start(t testing.TB) *Server { return start(t, false) }

// StartCluster starts a Cluster of a single server, which is as strict about hash tags as a large one.
func StartCluster(t testing.TB) *Server { return start(t, true) }

func start(t testing.TB, cluster bool) *Server {
	t.Helper()
	dir, err := os.MkdirTemp("", "redis")
	if err != nil {
		t.Fatal(err)
	}
	s, err := launch(dir, cluster)
	if err != nil {
		_ = os.RemoveAll(dir)
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

// Launch is Start for TestMain, which has no testing.TB. The caller stops the server.
func Launch() (*Server, error) {
	dir, err := os.MkdirTemp("", "redis")
	if err != nil {
		return nil, err
	}
	s, err := launch(dir, false)
	if err != nil {
		_ = os.RemoveAll(dir)
	}
	return s, err
}

func launch(dir string, cluster bool) (*Server, error) {
	if _, err := exec.LookPath("redis-server"); err != nil {
		return nil, fmt.Errorf("redistest: redis-server is not on the PATH (Debian: apt-get install redis-server): %w", err)
	}
	var last error
	for range 5 { // a port that is free now may be taken in a moment
		port, err := freePort()
		if err != nil {
			return nil, err
		}
		s := &Server{Addr: "127.0.0.1:" + port, dir: dir, cluster: cluster}
		s.URL = "redis://" + s.Addr
		if cluster {
			s.URL = "redis+cluster://" + s.Addr
		}
		if last = s.Restart(); last != nil {
			continue
		}
		if cluster {
			if err := s.formCluster(); err != nil {
				s.Stop()
				return nil, err
			}
		}
		return s, nil
	}
	return nil, last
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
	_, port, _ := net.SplitHostPort(s.Addr)
	args := []string{
		"--port", port, "--bind", "127.0.0.1", "--dir", s.dir, "--save", "", "--appendonly", "yes", "--appendfsync", "always",
		"--daemonize", "no", "--loglevel", "notice",
	}
	if s.cluster {
		args = append(args, "--cluster-enabled", "yes", "--cluster-config-file", filepath.Join(s.dir, "nodes.conf"))
	}
	cmd := exec.Command("redis-server", args...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("redistest: %w", err)
	}
	ready := make(chan error, 1)
	go watch(out, ready)
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
func watch(out io.Reader, ready chan<- error) {
	var tail []string
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if tail = append(tail, lines.Text()); len(tail) > 20 {
			tail = tail[1:]
		}
		if strings.Contains(lines.Text(), "Ready to accept connections") {
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
