package bolt

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	bbolt "go.etcd.io/bbolt"
)

// The buckets. doc.go says what is in them.
const (
	bucketMeta            = "meta"
	bucketCounts          = "counts"
	bucketFilings         = "filings"
	bucketFilingsUpdated  = "filings_updated"
	bucketFilingsStage    = "filings_stage"
	bucketFilingsProvince = "filings_province"
	bucketHistory         = "history"
	bucketFollowers       = "followers"
	bucketTracked         = "tracked"
	bucketCodes           = "codes"
	bucketCodesFiling     = "codes_filing"
	bucketSamples         = "samples"
	bucketGuesses         = "guesses"
	bucketGuessesHour     = "guesses_hour"
	bucketPushes          = "pushes"
	bucketPushesAll       = "pushes_all"
	bucketPushesState     = "pushes_state"
	bucketPushesFiling    = "pushes_filing"
	bucketPushesOpen      = "pushes_open"
	bucketPushesUser      = "pushes_user"
	bucketPushesDue       = "pushes_due"
	bucketPushesHeld      = "pushes_held"
	bucketPushesEnded     = "pushes_ended"
	bucketPushesMessage   = "pushes_message"
	bucketFates           = "fates"
	bucketLanes           = "lanes"
	bucketUsers           = "users"
	bucketUsersLeft       = "users_left"
	bucketDeliveries      = "deliveries"
	bucketMemories        = "memories"
	bucketExpiries        = "expiries"
	bucketQuestions       = "questions"
	bucketQuestionsLast   = "questions_last"
	bucketTallies         = "tallies"
	bucketTokens          = "tokens"
)

var buckets = []string{
	bucketMeta, bucketCounts, bucketFilings, bucketFilingsUpdated, bucketFilingsStage, bucketFilingsProvince, bucketHistory,
	bucketFollowers, bucketTracked, bucketCodes, bucketCodesFiling, bucketSamples, bucketGuesses, bucketGuessesHour, bucketPushes,
	bucketPushesAll, bucketPushesState, bucketPushesFiling, bucketPushesOpen, bucketPushesUser, bucketPushesDue, bucketPushesHeld,
	bucketPushesEnded, bucketPushesMessage, bucketFates, bucketLanes, bucketUsers, bucketUsersLeft, bucketDeliveries, bucketMemories, bucketExpiries, bucketQuestions,
	bucketQuestionsLast, bucketTallies, bucketTokens,
}

// tx is a transaction that remembers its first error: after one, writes do nothing, and the transaction is undone. Writing fails only by
// our own mistake (a key too long, a record that does not encode), which no caller could act upon.
type tx struct {
	bolt *bbolt.Tx
	err  error
}

func (t *tx) bucket(name string) *bbolt.Bucket { return t.bolt.Bucket([]byte(name)) }

func (t *tx) fail(err error) {
	if t.err == nil {
		t.err = err
	}
}

// put writes a value as it is.
func (t *tx) put(bucket string, key, value []byte) {
	if t.err != nil {
		return
	}
	if err := t.bucket(bucket).Put(key, value); err != nil {
		t.fail(fmt.Errorf("store: write %s: %w", bucket, err))
	}
}

// putJSON writes a record.
func (t *tx) putJSON(bucket string, key []byte, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		t.fail(fmt.Errorf("store: encode for %s: %w", bucket, err))
		return
	}
	t.put(bucket, key, b)
}

// del removes a key, which need not be there.
func (t *tx) del(bucket string, key []byte) {
	if t.err != nil {
		return
	}
	if err := t.bucket(bucket).Delete(key); err != nil {
		t.fail(fmt.Errorf("store: delete from %s: %w", bucket, err))
	}
}

// get reads a value as it is; nil where there is none. It is valid only within the transaction.
func (t *tx) get(bucket string, key []byte) []byte { return t.bucket(bucket).Get(key) }

// getJSON reads a record into v and reports whether there is one.
func (t *tx) getJSON(bucket string, key []byte, v any) bool {
	b := t.get(bucket, key)
	return b != nil && t.decode(bucket, b, v)
}

func (t *tx) decode(bucket string, b []byte, v any) bool {
	if err := json.Unmarshal(b, v); err != nil {
		t.fail(fmt.Errorf("store: a record in %s cannot be read: %w", bucket, err))
		return false
	}
	return true
}

// count changes a number by delta and returns it.
func (t *tx) count(bucket string, key []byte, delta int64) int64 {
	n := int64(uint64Of(t.get(bucket, key))) + delta
	t.put(bucket, key, number(uint64(max(n, 0))))
	return n
}

// prefixed calls fn for every key that begins with prefix, in order, with the rest of the key, until fn returns false. fn must not
// change the bucket.
func (t *tx) prefixed(bucket string, prefix []byte, fn func(rest, value []byte) bool) {
	c := t.bucket(bucket).Cursor()
	for k, v := c.Seek(prefix); k != nil && bytes.HasPrefix(k, prefix); k, v = c.Next() {
		if !fn(k[len(prefix):], v) {
			return
		}
	}
}

// keysOf returns the rests of the keys that begin with prefix, at most limit of them, safe to keep while the bucket changes.
func (t *tx) keysOf(bucket string, prefix []byte, limit int) [][]byte {
	var out [][]byte
	t.prefixed(bucket, prefix, func(rest, _ []byte) bool {
		if len(out) >= limit {
			return false
		}
		out = append(out, bytes.Clone(rest))
		return true
	})
	return out
}

// everything is the limit of keysOf where there is none.
const everything = int(^uint(0) >> 1)

// key joins parts with zero bytes.
func key(parts ...string) []byte {
	var b []byte
	for i, p := range parts {
		if i > 0 {
			b = append(b, 0)
		}
		b = append(b, p...)
	}
	return b
}

// under is the prefix of all keys that begin with these parts.
func under(parts ...string) []byte { return append(key(parts...), 0) }

// with appends a time and an id to a prefix.
func with(prefix []byte, at time.Time, id string) []byte {
	b := append(bytes.Clone(prefix), millis(at)...)
	return append(b, id...)
}

// millis writes a time so that keys sort by it. What lies before 1970 counts as 1970.
func millis(t time.Time) []byte { return number(uint64(max(t.UnixMilli(), 0))) }

func timeOf(b []byte) time.Time { return time.UnixMilli(int64(uint64Of(b))).UTC() }

func number(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

func uint64Of(b []byte) uint64 {
	if len(b) < 8 {
		return 0
	}
	return binary.BigEndian.Uint64(b)
}
