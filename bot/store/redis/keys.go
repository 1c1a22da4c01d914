package redis

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/store"
)

// shards is how many hash tags the filings are spread over. It is part of the layout: another number finds nothing of what was written.
const shards = 64

// shardOf returns the shard of a filing.
func shardOf(id string) int {
	sum := sha256.Sum256([]byte(id))
	return int(sum[0]) % shards
}

// shard makes the keys of one shard.
type shard string

func (s *Store) shard(n int) shard { return shard(fmt.Sprintf("%s{f%02d}:", s.prefix, n)) }

func (s *Store) shardFor(id string) shard { return s.shard(shardOf(id)) }

func (k shard) filing(id string) string       { return string(k) + "filing:" + id }
func (k shard) history(id string) string      { return string(k) + "history:" + id }
func (k shard) followers(id string) string    { return string(k) + "followers:" + id }
func (k shard) codes(id string) string        { return string(k) + "codes:" + id }
func (k shard) open(id string) string         { return string(k) + "open:" + id }
func (k shard) pushesOf(id string) string     { return string(k) + "pushes:" + id }
func (k shard) filings() string               { return string(k) + "filings" }
func (k shard) filingsStage(s string) string  { return string(k) + "filings:stage:" + s }
func (k shard) filingsProv(p string) string   { return string(k) + "filings:province:" + p }
func (k shard) texts() string                 { return string(k) + "texts" }
func (k shard) push() string                  { return string(k) + "push" }
func (k shard) pushes() string                { return string(k) + "pushes" }
func (k shard) pushesState(s string) string   { return string(k) + "pushes:state:" + s }
func (k shard) due() string                   { return string(k) + "due" }
func (k shard) lanes() string                 { return string(k) + "lanes" }
func (k shard) ended() string                 { return string(k) + "ended" }
func (k shard) sampleGroups(st string) string { return string(k) + "samples:" + st }
func (k shard) samples(stage, platform, province string) string {
	return string(k) + "samples:" + stage + ":" + platform + ":" + province
}

// person makes the keys of one person.
type person string

func (s *Store) person(user string) person { return person(s.prefix + "{u" + userHash(user) + "}:") }

func (k person) user() string    { return string(k) + "user" }
func (k person) memory() string  { return string(k) + "memory" }
func (k person) held() string    { return string(k) + "held" }
func (k person) tracked() string { return string(k) + "tracked" }
func (k person) ever() string    { return string(k) + "ever" }
func (k person) guesses() string { return string(k) + "guesses" }
func (k person) delivery(key string) string {
	return string(k) + "d:" + short("beianbot delivery\x00"+key)
}

func userHash(user string) string { return short("beianbot user\x00" + user) }

// short hashes to 24 hexadecimal digits.
func short(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:12])
}

// millis writes a time as the layout does. What lies before 1970 counts as 1970.
func millis(t time.Time) string { return strconv.FormatInt(max(t.UnixMilli(), 0), 10) }

func timeOf(ms string) time.Time {
	n, _ := strconv.ParseInt(ms, 10, 64)
	return time.UnixMilli(n).UTC()
}

// placeDigits is how many digits the time takes in a "time id" member.
const placeDigits = 12

// place makes a "time id" member.
func place(at time.Time, id string) string { return fmt.Sprintf("%012x%s", max(at.UnixMilli(), 0), id) }

// placeID returns the id in a "time id" member.
func placeID(member string) string {
	if len(member) < placeDigits {
		return ""
	}
	return member[placeDigits:]
}

// position reads a "time id" member.
func position(member string) store.Position {
	if len(member) < placeDigits {
		return store.Position{}
	}
	ms, _ := strconv.ParseInt(member[:placeDigits], 16, 64)
	return store.Position{At: time.UnixMilli(ms).UTC(), ID: placeID(member)}
}

// lane names one person and one filing.
func lane(p push.Push) string { return short("beianbot lane\x00" + p.Filing + "\x00" + p.User)[:16] }

// rank is a member of the due set: it sorts those that are due at the same moment by the order in which they came
// about, and tells the lane.
func rank(p push.Push) string { return fmt.Sprintf("%012x%04x%s:%s", p.Seq, p.Step, p.ID, lane(p)) }

// readRank returns the push and the lane that a member of the due set tells.
func readRank(member string) (id, lane string) {
	if len(member) < 16 {
		return "", ""
	}
	id, lane, _ = strings.Cut(member[16:], ":")
	return id, lane
}

// holder is how a lane says who has it, and until when.
func holder(p push.Push) string { return p.ID + " " + millis(p.LeasedUntil) }
