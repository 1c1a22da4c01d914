package bolt_test

import (
	"bytes"
	"path/filepath"
	"testing"

	bbolt "go.etcd.io/bbolt"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/store/storetest"
	"github.com/beianbot/beianbot/bot/vocab"
)

// TestRetiredSourceIsReadable: a file may hold sources that nothing reports today. Such a filing opens with its
// history, and moves on.
func TestRetiredSourceIsReadable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "beianbot.db")
	s := reopen(t, path, storetest.Options{})
	if _, err := s.Apply(t.Context(), filing.Report{ID: "a", Name: "甲", Stage: vocab.StagePlatformReview, Source: filing.FromAPI}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	changed := 0
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, bucket := range []string{"filings", "history"} {
			k, v := tx.Bucket([]byte(bucket)).Cursor().First() // the only one
			changed += bytes.Count(v, []byte(`"source":"api"`))
			v = bytes.ReplaceAll(v, []byte(`"source":"api"`), []byte(`"source":"poll"`))
			if err := tx.Bucket([]byte(bucket)).Put(bytes.Clone(k), v); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || changed != 2 {
		t.Fatalf("%d places changed: %v", changed, err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	s = reopen(t, path, storetest.Options{})
	f, err := s.Filing(t.Context(), "a")
	if err != nil || f.Source != "poll" || f.Stage != vocab.StagePlatformReview {
		t.Errorf("read %+v: %v", f, err)
	}
	if _, err := s.Apply(t.Context(), filing.Report{ID: "a", Stage: vocab.StageSMSPending, Source: filing.FromCSV}); err != nil {
		t.Error(err)
	}
	history, err := s.History(t.Context(), "a")
	if err != nil || len(history) != 2 || history[0].Source != "poll" || history[1].Source != filing.FromCSV {
		t.Errorf("history %+v: %v", history, err)
	}
}
