package filing

import (
	"container/heap"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/beianbot/beianbot/bot/vocab"
)

// Estimate is what experience says of how long a review takes, in working days.
type Estimate struct {
	// Count is the number of finished stays behind it.
	Count int
	// MedianDays is the number of working days within which half of them were over, P90Days nine tenths. 0 means on the same day.
	MedianDays int
	P90Days    int
}

// MinEstimate is how many finished stays it takes to say anything.
const MinEstimate = 8

// maxStay bounds a stay that counts, in working days: half a year. What lasted longer was forgotten by whoever reported it.
const maxStay = 125

// Estimator says how long reviews take, from samples that it is fed one by one. It keeps a count by length of stay for every stage, platform
// and province and for all of them together, so that a question costs the same however many samples there are. It is safe for use by many
// at once.
type Estimator struct {
	cal *Calendar

	mu     sync.Mutex
	tables map[estimateKey]*estimateTable
	seen   map[string]struct{}
	// queue holds what is counted, the oldest end on top, to take it out again when it no longer counts.
	queue queue
}

type estimateKey struct {
	stage    vocab.Stage
	platform vocab.Platform
	province vocab.Province
}

type estimateTable struct {
	count int
	days  [maxStay + 1]uint32
}

type counted struct {
	id   string
	left time.Time
	days int
	key  estimateKey
}

// queue is a heap of stays by their end.
type queue []counted

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].left.Before(q[j].left) }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(counted)) }
func (q *queue) Pop() any {
	old := *q
	last := old[len(old)-1]
	*q = slices.Delete(old, len(old)-1, len(old)) // clears it, so that the text is not kept
	return last
}

// NewEstimator makes an Estimator that counts working days by cal. It knows nothing yet: feed it what the store has (Samples), and then each
// new sample. When the calendar changes, make a new one.
func NewEstimator(cal *Calendar) *Estimator {
	return &Estimator{cal: cal, tables: map[estimateKey]*estimateTable{}, seen: map[string]struct{}{}}
}

// Add counts a finished stay. A sample with an ID that was counted already is not counted again, nor is one whose days the calendar does not
// cover, one that ended before it began, or one that is longer than half a year.
func (e *Estimator) Add(s Sample) {
	if s.Left.Before(s.Entered) {
		return
	}
	days, ok := e.cal.WorkingDaysBetween(s.Entered, s.Left)
	if !ok || days > maxStay {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if _, ok := e.seen[s.ID]; ok {
		return
	}
	e.seen[s.ID] = struct{}{}
	c := counted{id: s.ID, left: s.Left, days: days, key: estimateKey{s.Stage, s.Platform, s.Province}}
	e.count(c, 1)
	heap.Push(&e.queue, c)
}

// Estimate answers for a stage, platform and province from the stays that ended within SampleKeep before now. An empty platform or province
// stands for all. ok is false where there are fewer than MinEstimate. now must not fall much from call to call: what is too old is forgotten.
func (e *Estimator) Estimate(stage vocab.Stage, platform vocab.Platform, province vocab.Province, now time.Time) (Estimate, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.forget(now.Add(-SampleKeep))
	t := e.tables[estimateKey{stage, platform, province}]
	if t == nil || t.count < MinEstimate {
		return Estimate{}, false
	}
	return Estimate{Count: t.count, MedianDays: t.within(50), P90Days: t.within(90)}, true
}

// Best answers for the filing's own stage, platform and province, or for the platform everywhere where there is too little of its own. exact
// tells which; where it is false, the sentence must not name the province.
func (e *Estimator) Best(f Filing, now time.Time) (est Estimate, exact, ok bool) {
	if f.Province != "" {
		if est, ok = e.Estimate(f.Stage, f.Platform, f.Province, now); ok {
			return est, true, true
		}
	}
	est, ok = e.Estimate(f.Stage, f.Platform, "", now)
	return est, false, ok
}

// forget takes out what ended before the given time.
func (e *Estimator) forget(before time.Time) {
	for len(e.queue) > 0 && e.queue[0].left.Before(before) {
		c := heap.Pop(&e.queue).(counted)
		e.count(c, -1)
		delete(e.seen, c.id)
	}
}

// count adds a stay to the tables that it belongs to, or takes it out.
func (e *Estimator) count(c counted, by int) {
	keys := [4]estimateKey{c.key, {c.key.stage, "", c.key.province}, {c.key.stage, c.key.platform, ""}, {c.key.stage, "", ""}}
	for i, k := range keys {
		if slices.Contains(keys[:i], k) { // the platform or the province is not known
			continue
		}
		t := e.tables[k]
		if t == nil {
			t = &estimateTable{}
			e.tables[k] = t
		}
		t.count += by
		t.days[c.days] += uint32(by)
		if t.count == 0 {
			delete(e.tables, k)
		}
	}
}

// within returns the number of days within which percent of the stays were over (nearest rank).
func (t *estimateTable) within(percent int) int {
	rank := (t.count*percent + 99) / 100
	sum := 0
	for d, n := range t.days {
		if sum += int(n); sum >= rank {
			return d
		}
	}
	return maxStay
}

// Sentence tells the estimate: 近 180 天本号跟踪的上海 23 件，管局审核中位 4 个工作日，九成在 9 个工作日内。 Platform and province are those it was asked for;
// empty ones are not named. It is empty for a stage that is no review.
func (e Estimate) Sentence(stage vocab.Stage, platform vocab.Platform, province vocab.Province) string {
	review := ""
	switch stage {
	case vocab.StagePlatformReview:
		review = "平台初审"
	case vocab.StageAuthorityReview:
		review = "管局审核"
	case vocab.StageNotReady, vocab.StageNotFiled, vocab.StageEntranceClosed, vocab.StageFaceVerify,
		vocab.StagePlatformRejected, vocab.StageSMSPending, vocab.StageSMSExpired,
		vocab.StageAuthorityRejected, vocab.StageFiled, vocab.StageChanging, vocab.StageCancelling,
		vocab.StageCancelled, vocab.StageWithdrawn, vocab.StageUnknown:
		return ""
	default:
		return ""
	}
	of := string(province)
	if platform != "" {
		of += platform.Chinese() + "小程序"
	}
	return fmt.Sprintf("近 %d 天本号跟踪的%s %d 件，%s%s，九成%s。", int(SampleKeep/(24*time.Hour)), of, e.Count, review,
		daysWords(e.MedianDays, "中位不到 1 个工作日", "中位 %d 个工作日"), daysWords(e.P90Days, "当天就有结果", "在 %d 个工作日内"))
}

func daysWords(n int, none, some string) string {
	if n == 0 {
		return none
	}
	return fmt.Sprintf(some, n)
}
