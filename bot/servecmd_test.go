package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// lockedBuffer is a log that is read while it is written.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// TestSIGHUP: the signal has the file read anew; what is broken in it is told and changes nothing.
func TestSIGHUP(t *testing.T) {
	path := filepath.Join(t.TempDir(), "beianbot.yaml")
	write := func(more string) {
		t.Helper()
		text := "listen: 127.0.0.1:0\nadmin_listen: 127.0.0.1:0\ndata_dir: " + t.TempDir() + "\nwechat: {app_id: wx, token: abc}\n" + more
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	log, hup, ended := &lockedBuffer{}, make(chan os.Signal), make(chan int, 1)
	write("open_platform: {app_id: wx}\n")
	go func() {
		ended <- run(&world{
			ctx: ctx, stdin: strings.NewReader(""), stdout: io.Discard, stderr: log, now: time.Now, reload: hup,
		}, []string{"serve", "--config", path})
	}()
	says := func(pattern string) []string {
		t.Helper()
		for end := time.Now().Add(30 * time.Second); time.Now().Before(end); <-time.After(10 * time.Millisecond) {
			if m := regexp.MustCompile(pattern).FindStringSubmatch(log.String()); m != nil {
				return m
			}
		}
		t.Fatalf("the log never says %s:\n%s", pattern, log)
		return nil
	}
	admin := says(`admin_listen=(\S+)`)[1]
	says(`level=WARN msg=configuration warning=.*beianbot.yaml:5: open_platform: is not read any more`)
	ask := func(want string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+admin+"/api/v1/kb/try", strings.NewReader(`{"question":"人工"}`))
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if text, err := io.ReadAll(res.Body); err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%v, want %s: %s", err, want, text)
		}
	}
	write("human: {reply: 找老王}\nlog: {level: warn}\n")
	hup <- syscall.SIGHUP
	says(`level=WARN msg="changed, in force after a restart" keys=\[data_dir\]`)
	ask("找老王")
	write("human: {reply: 找老李}\nlog: {level: loud}\nlisen: 1\n")
	hup <- syscall.SIGHUP
	says(`(?s)not reloaded.*log.level: must be one of`)
	if !strings.Contains(log.String(), "lisen: no such key") {
		t.Errorf("one of two mistakes:\n%s", log)
	}
	ask("找老王")
	cancel()
	if code := <-ended; code != 0 {
		t.Errorf("exit %d:\n%s", code, log)
	}
	if strings.Contains(log.String(), "msg=stopped") {
		t.Error("log.level is not in force")
	}
}
