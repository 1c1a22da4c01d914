package bolt_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	bbolt "go.etcd.io/bbolt"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/store/bolt"
	"github.com/beianbot/beianbot/bot/store/storetest"
	"github.com/beianbot/beianbot/bot/vocab"
)

func TestFileIsPrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "beianbot.db")
	reopen(t, path, storetest.Options{})
	for name, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %v, want %v", filepath.Base(name), got, want)
		}
	}
}

func TestOneProcessOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "beianbot.db")
	reopen(t, path, storetest.Options{})
	_, err := bolt.Open(bolt.Options{Path: path, LockTimeout: 50 * time.Millisecond})
	if err == nil || !strings.Contains(err.Error(), "held by another process") {
		t.Fatalf("got %v", err)
	}
}

func TestRefusesWhatItCannotRead(t *testing.T) {
	for name, c := range map[string]struct {
		make func(path string) error
		want string
	}{
		"a newer schema": {func(path string) error {
			db, err := bbolt.Open(path, 0o600, nil)
			if err != nil {
				return err
			}
			return errors.Join(db.Update(func(tx *bbolt.Tx) error {
				b, err := tx.CreateBucket([]byte("meta"))
				if err != nil {
					return err
				}
				return b.Put([]byte("schema"), binary.BigEndian.AppendUint64(nil, 99))
			}), db.Close())
		}, "newer version (schema 99"},
		"no store": {func(path string) error { return os.WriteFile(path, bytes.Repeat([]byte("text "), 4000), 0o600) }, "invalid database"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "beianbot.db")
			if err := c.make(path); err != nil {
				t.Fatal(err)
			}
			_, err := bolt.Open(bolt.Options{Path: path})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want %q", err, c.want)
			}
		})
	}
}

// TestNothingIsLost closes nothing: the file is copied as a crash would leave it, and opened again.
func TestNothingIsLost(t *testing.T) {
	ctx := t.Context()
	dir := t.TempDir()
	path, crashed, backup := filepath.Join(dir, "a.db"), filepath.Join(dir, "b.db"), filepath.Join(dir, "c.db")
	s := reopen(t, path, storetest.Options{})
	out, err := s.Apply(ctx, filing.Report{ID: "a", Name: "小鹿花店", Stage: vocab.StagePlatformReview})
	if err != nil {
		t.Fatal(err)
	}
	d := chat.Delivery{Key: "k", User: "u", At: time.Now(), Lease: time.Second, Keep: time.Minute}
	if _, err := s.Replies().Claim(ctx, d); err != nil {
		t.Fatal(err)
	}
	if err := s.Replies().Settle(ctx, d, chat.Answer{Reply: []byte("reply")}); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(crashed, b, 0o600); err != nil {
		t.Fatal(err)
	}
	var copied bytes.Buffer
	if err := s.Backup(ctx, &copied); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(backup, copied.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{crashed, backup} {
		again := reopen(t, p, storetest.Options{})
		f, err := again.Filing(ctx, "a")
		if err != nil || f.Name != out.Filing.Name {
			t.Fatalf("%+v %v", f, err)
		}
		c, err := again.Replies().Claim(ctx, d)
		if err != nil || c.State != chat.ClaimDone || string(c.Reply) != "reply" {
			t.Fatalf("%+v %v", c, err)
		}
	}
}

func TestBackupStopsWithItsContext(t *testing.T) {
	s := reopen(t, filepath.Join(t.TempDir(), "a.db"), storetest.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	err := s.Backup(ctx, writerFunc(func(b []byte) (int, error) { cancel(); return len(b), nil }))
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

// TestClosingWhileWriting closes the store under many writers: each change was either written or refused as unavailable.
func TestClosingWhileWriting(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	s := reopen(t, path, storetest.Options{})
	var wg sync.WaitGroup
	written := make(chan string, 1000)
	for i := range 20 {
		wg.Go(func() {
			for n := range 50 {
				id := string(rune('a'+i)) + string(rune('a'+n%26)) + string(rune('a'+n/26))
				_, err := s.Apply(t.Context(), filing.Report{ID: id, Name: id})
				switch {
				case err == nil:
					written <- id
				case !errors.Is(err, errs.ErrUnavailable):
					t.Errorf("got %v", err)
				}
				if i == 0 && n == 10 {
					_ = s.Close()
				}
			}
		})
	}
	wg.Wait()
	close(written)
	again := reopen(t, path, storetest.Options{})
	for id := range written {
		if _, err := again.Filing(t.Context(), id); err != nil {
			t.Errorf("%s was written and is gone: %v", id, err)
		}
	}
}
