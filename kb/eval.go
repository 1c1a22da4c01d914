package kb

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"
)

// Understander is what Eval measures: a Knowledge, a Snapshot, a baseline.
type Understander interface {
	Understand(Query) Result
}

// Question is one labelled message, a line of JSON.
type Question struct {
	// Q is the message.
	Q string `json:"q"`
	// Topic is the one best label: a topic's id, none, smalltalk or cmd-NAME.
	Topic string `json:"topic"`
	// Also are other labels that would satisfy the asker.
	Also []string `json:"also,omitempty"`
	// Kind says where the question comes from: real, adapted, written.
	Kind string `json:"kind,omitempty"`
}

// maxQuestions bounds a file of labelled questions.
const maxQuestions = 100_000

// ReadQuestions reads labelled questions, one JSON object a line; blank lines
// are skipped, anything else that is no question is an error with its line.
func ReadQuestions(r io.Reader) ([]Question, error) {
	var out []Question
	sc := bufio.NewScanner(r)
	sc.Buffer(make([]byte, 0, 4096), 1<<20)
	for n := 1; sc.Scan(); n++ {
		line := strings.TrimSpace(sc.Text())
		if line == "" {
			continue
		}
		var q Question
		if err := json.Unmarshal([]byte(line), &q); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if q.Topic == "" {
			return nil, fmt.Errorf("line %d: no topic", n)
		}
		if out = append(out, q); len(out) > maxQuestions {
			return nil, fmt.Errorf("more than %d questions", maxQuestions)
		}
	}
	return out, sc.Err()
}

// Report is what Eval measured. Shares are 0 to 1.
type Report struct {
	Questions int `json:"questions"`
	// InScope counts the questions labelled with a topic; the next three are
	// shares of them: answered right at once; answered right or offered among
	// the first three; answered wrongly.
	InScope int     `json:"in_scope"`
	Right   float64 `json:"right"`
	Shown   float64 `json:"shown"`
	Wrong   float64 `json:"wrong"`
	// None counts the messages nothing should be answered to; Refused is the share taken for unknown.
	None    int     `json:"none"`
	Refused float64 `json:"refused"`
	// Commands counts the messages labelled with a command.
	Commands      int     `json:"commands"`
	CommandsRight float64 `json:"commands_right"`
	// SmallTalk counts the messages labelled smalltalk.
	SmallTalk      int     `json:"smalltalk"`
	SmallTalkRight float64 `json:"smalltalk_right"`
	// Answers counts all answers given, whatever the label; Precision is the share that was right.
	Answers   int     `json:"answers"`
	Precision float64 `json:"precision"`
	// Calibration is the expected calibration error of the answers' scores over ten bins.
	Calibration float64 `json:"calibration_error"`
	// P50 and P99 are the times one message took, in microseconds.
	P50 float64 `json:"p50_micros"`
	P99 float64 `json:"p99_micros"`

	Groups     []GroupScore `json:"groups"`
	Confusions []Confusion  `json:"confusions"`
	Lines      []LineScore  `json:"lines"`
}

// GroupScore is the outcome for the topics of one group.
type GroupScore struct {
	Group     string  `json:"group"`
	Questions int     `json:"questions"`
	Right     float64 `json:"right"`
	Shown     float64 `json:"shown"`
	Wrong     float64 `json:"wrong"`
}

// Confusion is how often one label was taken for another.
type Confusion struct {
	Want  string `json:"want"`
	Got   string `json:"got"`
	Count int    `json:"count"`
}

// LineScore is the outcome of one question.
type LineScore struct {
	Question
	// Got is the label of what it was taken for; choice for a choice.
	Got string `json:"got"`
	// Offered are the topics of the candidates, best first.
	Offered []string `json:"offered,omitempty"`
	// Score is the confidence.
	Score float64 `json:"score"`
	// Right is true where Got satisfies the asker, Shown also where a choice offers it.
	Right bool `json:"right"`
	Shown bool `json:"shown"`
}

// Eval asks every labelled question and counts.
func Eval(u Understander, questions io.Reader) (Report, error) {
	qs, err := ReadQuestions(questions)
	if err != nil {
		return Report{}, err
	}
	lines := make([]LineScore, 0, len(qs))
	micros := make([]float64, 0, len(qs))
	for _, q := range qs {
		start := time.Now()
		r := u.Understand(Query{Text: q.Q})
		micros = append(micros, float64(time.Since(start).Nanoseconds())/1e3)
		lines = append(lines, score(q, r))
	}
	rep := summarise(lines)
	slices.Sort(micros)
	rep.P50, rep.P99 = quantile(micros, 0.5), quantile(micros, 0.99)
	return rep, nil
}

// score judges one result by the rules of the labelled questions.
func score(q Question, r Result) LineScore {
	l := LineScore{Question: q, Score: r.Confidence}
	for _, c := range r.Candidates {
		l.Offered = append(l.Offered, c.Topic)
	}
	good := append([]string{q.Topic}, q.Also...)
	switch r.Kind {
	case KindAnswer:
		l.Got = r.Topic
	case KindCommand:
		l.Got = "cmd-" + string(r.Command)
	case KindSmallTalk:
		l.Got = "smalltalk"
	case KindUnknown:
		l.Got = "none"
	case KindChoice:
		l.Got = "choice"
		for _, t := range l.Offered[:min(3, len(l.Offered))] {
			l.Shown = l.Shown || slices.Contains(good, t)
		}
		return l
	}
	l.Right = slices.Contains(good, l.Got)
	l.Shown = l.Right
	return l
}

func inScope(label string) bool {
	return label != "none" && label != "smalltalk" && !strings.HasPrefix(label, "cmd-")
}

func isAnswer(got string) bool { return got != "choice" && inScope(got) }

// summarise counts the lines.
func summarise(lines []LineScore) Report {
	rep := Report{Questions: len(lines), Lines: lines}
	groupOf := map[string]string{}
	var order []string
	for _, t := range Topics() {
		groupOf[t.ID] = t.Group
		if !slices.Contains(order, t.Group) {
			order = append(order, t.Group)
		}
	}
	groups := map[string]*tally{}
	all := &tally{}
	var refused, commands, small, precise int
	confused := map[[2]string]int{}
	for _, l := range lines {
		if isAnswer(l.Got) {
			rep.Answers++
			if l.Right {
				precise++
			}
		}
		switch {
		case l.Topic == "none":
			rep.None++
			refused += count(l.Right)
		case l.Topic == "smalltalk":
			rep.SmallTalk++
			small += count(l.Right)
		case strings.HasPrefix(l.Topic, "cmd-"):
			rep.Commands++
			commands += count(l.Right)
		default:
			g := groupOf[l.Topic]
			if groups[g] == nil {
				groups[g] = &tally{}
			}
			groups[g].add(l)
			all.add(l)
		}
		if !l.Right {
			confused[[2]string{l.Topic, l.Got}]++
		}
	}
	rep.InScope = all.n
	rep.Right, rep.Shown, rep.Wrong = all.shares()
	rep.Refused = share(refused, rep.None)
	rep.CommandsRight = share(commands, rep.Commands)
	rep.SmallTalkRight = share(small, rep.SmallTalk)
	rep.Precision = share(precise, rep.Answers)
	rep.Calibration = calibrationError(lines)
	for _, g := range append(order, "") {
		if t := groups[g]; t != nil {
			s := GroupScore{Group: g, Questions: t.n}
			s.Right, s.Shown, s.Wrong = t.shares()
			rep.Groups = append(rep.Groups, s)
		}
	}
	for k, n := range confused {
		rep.Confusions = append(rep.Confusions, Confusion{k[0], k[1], n})
	}
	slices.SortFunc(rep.Confusions, func(a, b Confusion) int {
		return cmp.Or(b.Count-a.Count, strings.Compare(a.Want, b.Want), strings.Compare(a.Got, b.Got))
	})
	return rep
}

type tally struct{ n, right, shown, wrong int }

func (t *tally) add(l LineScore) {
	t.n++
	t.right += count(l.Right)
	t.shown += count(l.Shown)
	t.wrong += count(isAnswer(l.Got) && !l.Right)
}

func (t *tally) shares() (right, shown, wrong float64) {
	return share(t.right, t.n), share(t.shown, t.n), share(t.wrong, t.n)
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

func share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

// calibrationError is the mean distance between score and share of right
// answers over ten bins of the score, weighted by their size.
func calibrationError(lines []LineScore) float64 {
	var n, right [10]int
	var sum [10]float64
	total := 0
	for _, l := range lines {
		if !isAnswer(l.Got) {
			continue
		}
		b := min(9, max(0, int(l.Score*10)))
		n[b]++
		sum[b] += l.Score
		right[b] += count(l.Right)
		total++
	}
	var e float64
	for b := range n {
		if n[b] > 0 {
			e += math.Abs(sum[b]-float64(right[b])) / float64(total)
		}
	}
	return e
}

func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}
