package bolt_test

import (
	"compress/gzip"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	bbolt "go.etcd.io/bbolt"

	"github.com/beianbot/beianbot/bot/store/bolt"
	"github.com/beianbot/beianbot/bot/store/storetest"
)

// TestFixtures opens what earlier versions kept. See storetest.Fixtures for how a version adds its own.
func TestFixtures(t *testing.T) {
	storetest.Fixtures(t, storetest.Saved{Open: openFile, Load: loadFile, Save: saveFile, Dump: dumpFile})
}

// file is a store with the place of its file.
type file struct {
	*bolt.Store
	path string
}

func openFile(t testing.TB, o storetest.Options) storetest.Whole {
	path := filepath.Join(t.TempDir(), "beianbot.db")
	return file{reopen(t, path, o), path}
}

// loadFile opens a copy of a saved file.
func loadFile(t testing.TB, path string, o storetest.Options) storetest.Whole {
	t.Helper()
	from, err := os.Open(path + ".db.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = from.Close() }()
	z, err := gzip.NewReader(from)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), "beianbot.db")
	if err := os.WriteFile(to, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return file{reopen(t, to, o), to}
}

// saveFile writes the store's file without its free pages, with pages of the size that most machines have,
// compressed.
func saveFile(t testing.TB, s storetest.Whole, path string) {
	t.Helper()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ok(s.Close())
	from, err := bbolt.Open(s.(file).path, 0o600, &bbolt.Options{ReadOnly: true})
	ok(err)
	small := filepath.Join(t.TempDir(), "small.db")
	to, err := bbolt.Open(small, 0o600, &bbolt.Options{PageSize: 4096, NoFreelistSync: true})
	ok(err)
	ok(bbolt.Compact(to, from, 0))
	ok(from.Close())
	ok(to.Close())
	b, err := os.ReadFile(small)
	ok(err)
	out, err := os.Create(path + ".db.gz")
	ok(err)
	z, err := gzip.NewWriterLevel(out, gzip.BestCompression)
	ok(err)
	_, err = z.Write(b)
	ok(err)
	ok(z.Close())
	ok(out.Close())
}

// dumpFile returns every record by its bucket and key. How a file is compressed may differ from one release of Go
// to the next.
func dumpFile(t testing.TB, s storetest.Whole) map[string]string {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := bbolt.Open(s.(file).path, 0o600, &bbolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	out := make(map[string]string)
	err = db.View(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(bucket []byte, b *bbolt.Bucket) error {
			return b.ForEach(func(k, v []byte) error {
				place := string(bucket) + " " + plain(k)
				if out[place] = plain(v); strings.Contains(place, "file_part") {
					out[place] = "compressed"
				}
				return nil
			})
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// plain writes bytes for people: as the text that they are, else each that is none in hex.
func plain(b []byte) string {
	var s strings.Builder
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError || r < ' ' {
			s.WriteString("\\" + hex.EncodeToString(b[:1]))
			n = 1
		} else {
			s.Write(b[:n])
		}
		b = b[n:]
	}
	return s.String()
}
