package desk

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/beianbot/beianbot/bot/errs"
)

// File is a file that somebody uploaded and that waits to be dealt with. It is kept in the store, so that every replica has it and a restart
// loses nothing; after FileLife it is gone.
type File struct {
	ID   string    `json:"id"`
	By   string    `json:"by"`
	Made time.Time `json:"made"`
	// Used is when something was noted of it last: one that is being dealt with does not give way to a new one.
	Used time.Time `json:"used"`
	// Parts is how many records hold its content, compressed.
	Parts int `json:"parts"`
	// Note is what whoever deals with it remembers of it: at most half of MaxRecord.
	Note json.RawMessage `json:"note,omitempty"`
}

// FileLife is how long a file waits unused: to be dealt with, and its result to be looked at.
const FileLife = 24 * time.Hour

// Bounds of files.
const (
	// MaxFile is the most bytes of one file.
	MaxFile = 32 << 20
	// maxFiles is how many somebody has at once; the one unused for longest gives way to a new one.
	maxFiles = 4
	// filePart is how much of the compressed content one record holds.
	filePart = 192 << 10
)

// ErrFileTooLarge tells that a file has more than MaxFile bytes.
var ErrFileTooLarge = &errs.Error{Code: errs.CodeLimit, Message: "the file is too large"}

// PutFile keeps a file. Errors: ErrFileTooLarge, those of r.
func (d *Desk) PutFile(ctx context.Context, by string, r io.Reader) (f File, err error) {
	if err := d.sweepFiles(ctx, by); err != nil {
		return File{}, err
	}
	f = File{ID: secret(), By: by, Made: d.now().UTC().Truncate(time.Second)}
	f.Used = f.Made
	begun := f // it is known from the beginning, so that its parts are swept with it should the program end in between
	if err := d.swap(ctx, kindFile, f.ID, nil, begun); err != nil {
		return File{}, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.DropFile(context.WithoutCancel(ctx), f))
		}
	}()
	w := &partWriter{ctx: ctx, desk: d, file: &f}
	z := gzip.NewWriter(w)
	n, err := io.Copy(z, io.LimitReader(r, MaxFile+1))
	if err == nil && n > MaxFile {
		err = ErrFileTooLarge
	}
	if err == nil {
		err = z.Close()
	}
	if err == nil {
		err = w.flush()
	}
	if err == nil {
		var old []byte
		if old, err = json.Marshal(begun); err == nil {
			err = d.swap(ctx, kindFile, f.ID, old, f)
		}
	}
	return f, err
}

// File returns a file of somebody's. Errors: ErrNotFound, also for a file of somebody else's.
func (d *Desk) File(ctx context.Context, by, id string) (File, error) {
	var f File
	if CheckName(id) != nil {
		return f, errs.ErrNotFound
	}
	raw, err := d.get(ctx, kindFile, id, &f)
	if err != nil {
		return File{}, err
	}
	if raw == nil || f.By != by || d.now().Sub(f.Used) >= FileLife {
		return File{}, errs.ErrNotFound
	}
	return f, nil
}

// NoteFile remembers something of a file in place of what f says, and returns the file as it then is. Errors: CodeConflict where somebody
// else noted something since f was read, or the file is gone.
func (d *Desk) NoteFile(ctx context.Context, f File, note any) (File, error) {
	old, err := json.Marshal(f)
	if err != nil {
		return f, err
	}
	text, err := json.Marshal(note)
	if err != nil {
		return f, err
	}
	if len(text) > MaxRecord/2 {
		return f, fmt.Errorf("the note of a file has %d bytes", len(text))
	}
	next := f
	next.Note, next.Used = text, d.now().UTC().Truncate(time.Second)
	if err := d.swap(ctx, kindFile, f.ID, old, next); err != nil {
		return f, err
	}
	return next, nil
}

// OpenFile reads the content of a file from its beginning. Reading fails where a part is gone, never with less than the whole.
func (d *Desk) OpenFile(ctx context.Context, f File) (io.ReadCloser, error) {
	z, err := gzip.NewReader(&partReader{ctx: ctx, desk: d, file: f})
	if err != nil {
		return nil, fmt.Errorf("open a file of the desk: %w", err)
	}
	return z, nil
}

// DropFile forgets a file.
func (d *Desk) DropFile(ctx context.Context, f File) error {
	if err := d.dropParts(ctx, f); err != nil { // the parts first: what is left of them is found by the record
		return err
	}
	raw, err := d.records.Record(ctx, kindFile, f.ID)
	if err != nil {
		return err
	}
	if raw != nil {
		_, err = d.records.SwapRecord(ctx, kindFile, f.ID, raw, nil)
	}
	return err
}

// dropParts forgets the parts, also those of a file that was never finished and does not know how many it has.
func (d *Desk) dropParts(ctx context.Context, f File) error {
	for i := 0; ; i++ {
		raw, err := d.records.Record(ctx, kindFilePart, partKey(f.ID, i))
		switch {
		case err != nil:
			return err
		case raw == nil && i >= f.Parts:
			return nil
		case raw == nil:
			continue
		}
		if _, err = d.records.SwapRecord(ctx, kindFilePart, partKey(f.ID, i), raw, nil); err != nil {
			return err
		}
	}
}

// sweepFiles forgets the files that have waited long enough, and where somebody still has too many, his that was unused for longest.
func (d *Desk) sweepFiles(ctx context.Context, by string) error {
	all, err := d.records.Records(ctx, kindFile)
	if err != nil {
		return err
	}
	var his []File
	for _, raw := range all {
		var f File
		if err := json.Unmarshal(raw, &f); err != nil {
			return err
		}
		switch {
		case d.now().Sub(f.Used) >= FileLife:
			if err := d.DropFile(ctx, f); err != nil {
				return err
			}
		case f.By == by:
			his = append(his, f)
		}
	}
	slices.SortFunc(his, func(a, b File) int { return a.Used.Compare(b.Used) })
	for ; len(his) >= maxFiles; his = his[1:] {
		if err := d.DropFile(ctx, his[0]); err != nil {
			return err
		}
	}
	return nil
}

func partKey(id string, n int) string { return fmt.Sprintf("%s/%04d", id, n) }

// partWriter writes into records of filePart bytes and counts them in the file.
type partWriter struct {
	ctx  context.Context
	desk *Desk
	file *File
	buf  bytes.Buffer
}

func (w *partWriter) Write(p []byte) (int, error) {
	w.buf.Write(p)
	for w.buf.Len() >= filePart {
		if err := w.part(filePart); err != nil {
			return 0, err
		}
	}
	return len(p), nil
}

func (w *partWriter) flush() error {
	if w.buf.Len() == 0 {
		return nil
	}
	return w.part(w.buf.Len())
}

func (w *partWriter) part(n int) error {
	key := partKey(w.file.ID, w.file.Parts)
	w.file.Parts++ // also where writing fails: it may have been written
	ok, err := w.desk.records.SwapRecord(w.ctx, kindFilePart, key, nil, bytes.Clone(w.buf.Next(n)))
	if err == nil && !ok {
		err = errConflict()
	}
	return err
}

// partReader reads the records of a file one after the other.
type partReader struct {
	ctx  context.Context
	desk *Desk
	file File
	next int
	rest []byte
}

func (r *partReader) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		if r.next == r.file.Parts {
			return 0, io.EOF
		}
		part, err := r.desk.records.Record(r.ctx, kindFilePart, partKey(r.file.ID, r.next))
		if err != nil {
			return 0, err
		}
		if part == nil { // it was swept meanwhile
			return 0, errs.ErrNotFound
		}
		r.next, r.rest = r.next+1, part
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}
