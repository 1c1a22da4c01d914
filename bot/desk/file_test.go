package desk_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/errs"
)

func TestFiles(t *testing.T) {
	ctx, m, at := t.Context(), newMemory(), time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	d := desk.New(desk.Options{Records: m, Now: func() time.Time { return at }})
	noise := make([]byte, 700<<10) // does not compress, so that it takes several parts
	r := rand.NewChaCha8([32]byte{1})
	_, _ = r.Read(noise)
	for name, content := range map[string][]byte{"empty": {}, "short": []byte("编号,名称\n"), "long": noise} {
		f, err := d.PutFile(ctx, "mei", bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		f, err = d.NoteFile(ctx, f, map[string]string{"state": "<&> 等着"})
		if err != nil {
			t.Fatal(err)
		}
		got, err := d.File(ctx, "mei", f.ID)
		if err != nil || string(got.Note) != string(f.Note) {
			t.Fatalf("%s: %+v %v", name, got, err)
		}
		if _, err := d.NoteFile(ctx, got, 1); err != nil {
			t.Errorf("%s: a note on what was read: %v", name, err)
		}
		if _, err := d.NoteFile(ctx, f, 2); errs.CodeOf(err) != errs.CodeConflict {
			t.Errorf("%s: a note on what is old: %v", name, err)
		}
		in, err := d.OpenFile(ctx, got)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := io.ReadAll(in); err != nil || !bytes.Equal(back, content) {
			t.Errorf("%s: %d of %d bytes, %v", name, len(back), len(content), err)
		}
		for _, who := range []string{"", "other"} {
			if _, err := d.File(ctx, who, f.ID); !errors.Is(err, errs.ErrNotFound) {
				t.Errorf("%s: %q got it: %v", name, who, err)
			}
		}
		if name == "long" {
			if got.Parts < 3 {
				t.Errorf("%d parts", got.Parts)
			}
			delete(m.records, "file_part\x00"+f.ID+"/0001")
			in, err := d.OpenFile(ctx, got)
			if err == nil {
				_, err = io.ReadAll(in)
			}
			if !errors.Is(err, errs.ErrNotFound) {
				t.Errorf("with a part missing: %v", err)
			}
		}
		if err := d.DropFile(ctx, f); err != nil {
			t.Fatal(err)
		}
		if len(m.records) != 0 {
			t.Errorf("%s: %d records stay", name, len(m.records))
		}
	}
	if _, err := d.PutFile(ctx, "mei", io.LimitReader(r, desk.MaxFile+1)); !errors.Is(err, desk.ErrFileTooLarge) || len(m.records) != 0 {
		t.Errorf("too large: %v, %d records stay", err, len(m.records))
	}
	broken := errors.New("broken")
	if _, err := d.PutFile(ctx, "mei", io.MultiReader(bytes.NewReader(noise), errReader{broken})); !errors.Is(err, broken) || len(m.records) != 0 {
		t.Errorf("broken off: %v, %d records stay", err, len(m.records))
	}
	var ids []string
	for range 10 {
		at = at.Add(time.Minute)
		f, err := d.PutFile(ctx, "mei", strings.NewReader("x"))
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, f.ID)
		if first, err := d.File(ctx, "mei", ids[0]); err != nil { // it is being dealt with all the time
			t.Fatal(err)
		} else if _, err := d.NoteFile(ctx, first, at); err != nil {
			t.Fatal(err)
		}
	}
	for i, id := range ids {
		_, err := d.File(ctx, "mei", id)
		if gone := errors.Is(err, errs.ErrNotFound); gone != (i > 0 && i < 7) {
			t.Errorf("file %d: %v", i, err)
		}
	}
	if _, err := d.PutFile(ctx, "lin", strings.NewReader("x")); err != nil { // takes nothing from others
		t.Fatal(err)
	}
	if _, err := d.File(ctx, "mei", ids[7]); err != nil {
		t.Errorf("after somebody else's upload: %v", err)
	}
	at = at.Add(desk.FileLife)
	if _, err := d.File(ctx, "mei", ids[9]); !errors.Is(err, errs.ErrNotFound) {
		t.Errorf("after its time: %v", err)
	}
	if _, err := d.PutFile(ctx, "mei", strings.NewReader("x")); err != nil || len(m.records) != 2 {
		t.Errorf("%d records stay, %v", len(m.records), err)
	}
}

type errReader struct{ err error }

func (r errReader) Read([]byte) (int, error) { return 0, r.err }
