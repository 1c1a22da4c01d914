package handlers

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
)

// The dialogues in several steps, as Memory.FormOf names them.
const (
	formRegister = "register"
	formUpdate   = "update"
	formForget   = "forget"
	formUntrack  = "untrack"
)

// MaxSelfReported is how many filings one person may register himself.
const MaxSelfReported = 10

// step is one question of a dialogue.
type step string

const (
	stepName     step = "name"
	stepTwin     step = "twin" // a filing of that name is there already: is this another one?
	stepPlatform step = "platform"
	stepProvince step = "province"
	stepStage    step = "stage"
	stepSince    step = "since"
	stepNumber   step = "number"
	stepReason   step = "reason"
	stepConfirm  step = "confirm"
)

// registerSteps and updateSteps are the questions in their order; next leaves out those that need not be asked.
var (
	registerSteps = []step{stepName, stepTwin, stepPlatform, stepProvince, stepStage, stepSince, stepNumber, stepReason, stepConfirm}
	updateSteps   = []step{stepStage, stepSince, stepNumber, stepReason, stepConfirm}
)

// draft is what a registration or an update has so far. It is kept in Memory.Form and comes back as it was or not at all.
type draft struct {
	// of is formRegister or formUpdate.
	of string
	// ID is the id of the filing that is to be registered, fixed at the first step so that it is registered once however often it is
	// confirmed; or of the one that is to be moved.
	ID       string         `json:"i"`
	Name     string         `json:"n,omitempty"`
	Platform vocab.Platform `json:"p,omitempty"`
	Province vocab.Province `json:"v,omitempty"`
	Stage    vocab.Stage    `json:"s,omitempty"`
	Since    time.Time      `json:"d,omitzero"`
	Number   string         `json:"b,omitempty"`
	Reason   string         `json:"r,omitempty"`
	// From is where the filing that is to be moved stands, Was since when.
	From vocab.Stage `json:"f,omitempty"`
	Was  time.Time   `json:"e,omitzero"`
	// Rest is what was said of further filings in the same sentence.
	Rest string `json:"x,omitempty"`
	// Told is set for an update that was read from a sentence: what was read has to be confirmed.
	Told bool `json:"w,omitempty"`
	// Skipped are the questions that were asked and left open, or need not be asked.
	Skipped []step `json:"k,omitempty"`
	// Asked is the question that was asked last. Aside tells that something else has been talked about since.
	Asked step `json:"a,omitempty"`
	Aside bool `json:"o,omitempty"`
	// Touched is when the person last had to do with it.
	Touched time.Time `json:"t"`
}

// draft returns the registration or update that is under way. One that has been left alone for longer than MemoryTTL, or that is not in
// order, is none.
func (b *Bot) draft(t *chat.Turn) (draft, bool) {
	if t.Memory.FormOf != formRegister && t.Memory.FormOf != formUpdate {
		return draft{}, false
	}
	d := draft{}
	if err := json.Unmarshal(t.Memory.Form, &d); err != nil {
		return draft{}, false
	}
	d.of = t.Memory.FormOf
	if b.Now().Sub(d.Touched) > chat.MemoryTTL || !d.inOrder(t.User) {
		return draft{}, false
	}
	return d, true
}

// inOrder reports whether a draft is one that a dialogue with the user can have come to.
func (d draft) inOrder(user string) bool {
	switch {
	case !registeredBy(d.ID, user), d.Platform != "" && !d.Platform.Valid(),
		d.Province != "" && !d.Province.Valid(), d.Stage != "" && !sayable(d.Stage), d.From != "" && !d.From.Valid(),
		d.Name != "" && !fitsName(d.Name), utf8.RuneCountInString(d.Reason) > filing.MaxReason, len(d.Skipped) > len(registerSteps), utf8.RuneCountInString(d.Rest) > maxRest:
		return false
	}
	if d.of == formUpdate {
		return d.Name != "" && d.From != ""
	}
	return true
}

func (d draft) keep(t *chat.Turn, now time.Time) {
	d.Touched = now
	form, err := json.Marshal(d)
	if err != nil {
		leave(t)
		return
	}
	t.Memory.FormOf, t.Memory.Form = d.of, form
}

// leave ends whatever dialogue is under way.
func leave(t *chat.Turn) { t.Memory.FormOf, t.Memory.Form = "", nil }

// next returns the first question that is still open; stepConfirm where none is.
func (d draft) next() step {
	order := registerSteps
	if d.of == formUpdate {
		order = updateSteps
	}
	for _, s := range order {
		if d.open(s) {
			return s
		}
	}
	return stepConfirm
}

// asks reports whether a question belongs to the dialogue.
func (d draft) asks(s step) bool {
	if d.of == formUpdate {
		return slices.Contains(updateSteps, s)
	}
	return slices.Contains(registerSteps, s)
}

func (d draft) open(s step) bool {
	if slices.Contains(d.Skipped, s) {
		return false
	}
	switch s {
	case stepName:
		return d.Name == ""
	case stepPlatform:
		return d.Platform == ""
	case stepProvince:
		return d.Province == ""
	case stepStage:
		return d.Stage == ""
	case stepSince:
		return d.Since.IsZero() && (d.redates() || d.Stage != vocab.StageNotFiled && d.Stage != vocab.StageNotReady && d.Stage != vocab.StageEntranceClosed)
	case stepNumber:
		return d.Number == "" && d.Stage == vocab.StageFiled
	case stepReason:
		return d.Reason == "" && d.Stage.Rejected()
	case stepTwin, stepConfirm:
	}
	return true
}

// redates reports whether an update leaves the stage as it is: only its date is to be corrected, or something added.
func (d draft) redates() bool { return d.of == formUpdate && d.Stage != "" && d.Stage == d.From }

// redate makes the update one of the date alone.
func (d *draft) redate() {
	d.setStage(d.From)
	d.skip(stepNumber)
	d.skip(stepReason)
}

// mayStayOpen reports whether a question may be left unanswered.
func mayStayOpen(s step) bool {
	return s == stepProvince || s == stepSince || s == stepNumber || s == stepReason
}

// skip leaves a question open; clear opens one again.
func (d *draft) skip(s step) {
	if !slices.Contains(d.Skipped, s) {
		d.Skipped = append(d.Skipped, s)
	}
}

func (d *draft) clear(s step) {
	d.Skipped = slices.DeleteFunc(d.Skipped, func(k step) bool { return k == s || s == stepName && k == stepTwin })
	switch s {
	case stepName:
		d.Name = ""
	case stepPlatform:
		d.Platform = ""
	case stepProvince:
		d.Province = ""
	case stepStage:
		d.setStage("")
	case stepSince:
		d.Since = time.Time{}
	case stepNumber:
		d.Number = ""
	case stepReason:
		d.Reason = ""
	case stepTwin, stepConfirm:
	}
}

// setStage sets the stage and forgets what belongs to another one.
func (d *draft) setStage(s vocab.Stage) {
	if d.Stage != "" && s != d.Stage {
		d.Since, d.Skipped = time.Time{}, slices.DeleteFunc(d.Skipped, func(k step) bool { return k == stepSince || k == stepNumber || k == stepReason })
	}
	d.Stage = s
	if s != vocab.StageFiled {
		d.Number = ""
	}
	if !s.Rejected() {
		d.Reason = ""
	}
}

// sayable reports whether a person can say that his filing stands at s.
func sayable(s vocab.Stage) bool { return s.Valid() && s != vocab.StageUnknown }

// maxOwnName is how long the name of a mini program may be that a person registers: the platforms allow 30.
const maxOwnName = 30

// fitsName reports whether s can be a mini program's name: it has a letter, and fits on a line.
func fitsName(s string) bool {
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= maxOwnName && strings.IndexFunc(s, unicode.IsLetter) >= 0 &&
		strings.IndexFunc(s, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }) < 0 &&
		!strings.Contains(s, "://") && !strings.ContainsAny(s, "<>")
}

// registeredID makes the id of a filing that a person registers by the message with the given key: the same for each delivery of it. It
// tells who registered it to whoever knows the person, and nothing to others.
func registeredID(user, key string) string {
	return ownPrefix(user) + digest("filing\x00"+user+"\x00"+key)
}

// registeredBy reports whether the filing with the id was registered by the user.
func registeredBy(id, user string) bool { return strings.HasPrefix(id, ownPrefix(user)) }

func ownPrefix(user string) string { return "self-" + digest("person\x00"+user) + "-" }

func digest(s string) string {
	sum := sha256.Sum256([]byte("beianbot self registration\x00" + s))
	return hex.EncodeToString(sum[:10])
}

// Words around an answer that say nothing.
var (
	nameBefore   = regexp.MustCompile(`^(?:嗯|呃|额|哦|就是|那个|这个)*(?:我的|我们的|我们)?(?:小程序)?(?:的)?(?:名字|名称)?(?:是|叫做|叫|:|：)\s*`)
	answerBefore = regexp.MustCompile(`^(?:嗯|呃|额|哦|那个|应该|好像|可能|大概|我的|现在|目前|已经|还是|还|就是|是|在|选|用的|用|那就)+`)
	answerBehind = regexp.MustCompile(`(?:上面|上的|里面|那边|那儿|的|上|吧|了|呢|阶段|状态|这一步|那一步|那里|这边)+$`)
	skipWords    = regexp.MustCompile(`^(?:跳过|略过|先不填|不填了?|先跳过|暂时没有|没有|还没有|暂无|无|不知道|不清楚|不确定|记不清了?|记不得了?|不记得了?|忘了|忘记了|(?:我?忘了?|忘记|不记得|记不得|记不清|不清楚|不知道|不确定|想不起来?)(?:具体|到底)?(?:是)?(?:哪天|哪一天|哪日|几号|日期|时间|什么时候|多少)?了?|随便|都行|以后再(?:补|填|说))$`)
)

// fault is why an answer cannot be taken; the empty fault is none.
type fault string

const (
	faultName   fault = "name"
	faultNumber fault = "number"
	faultReason fault = "reason"
)

// answer takes a text as the answer to a question. ok is false where it is none. why tells why an answer cannot be taken; the draft is then
// as before.
func (d *draft) answer(s step, text string, now time.Time) (why fault, ok bool) {
	text = strings.TrimSpace(text)
	plain := strings.Trim(text, " \t。．.！!，,~～")
	if mayStayOpen(s) && skipWords.MatchString(squeeze(plain)) {
		d.skip(s)
		return "", true
	}
	short := answerBehind.ReplaceAllString(answerBefore.ReplaceAllString(plain, ""), "")
	if short == "" {
		short = plain
	}
	switch s {
	case stepName:
		name := unquote(strings.TrimFunc(nameBefore.ReplaceAllString(plain, ""), isEmoji))
		if !fitsName(name) {
			return faultName, true
		}
		d.Name = name
	case stepTwin:
		d.skip(stepTwin)
	case stepPlatform:
		for _, w := range []string{plain, short} {
			if p, found := vocab.ParsePlatform(w); found {
				d.Platform = p
				return "", true
			}
		}
		return "", false
	case stepProvince:
		for _, w := range []string{plain, short} {
			if p, found := vocab.ParseProvince(w); found {
				d.Province = p
				return "", true
			}
		}
		return "", false
	case stepStage:
		for _, w := range []string{plain, short} {
			if st, found := stageNamed(w); found {
				d.setStage(st)
				return "", true
			}
		}
		return "", false
	case stepSince:
		at, bad, found := readDay(plain, now)
		if found && bad == "" {
			d.Since = at
		}
		return fault(bad), found
	case stepNumber:
		n, found := filing.ParseNumber(plain)
		switch {
		case !found && strings.Contains(strings.ToUpper(plain), "ICP"):
			return faultNumber, true
		case !found:
			return "", false
		}
		d.Number = n.String()
	case stepReason:
		if utf8.RuneCountInString(text) > filing.MaxReason {
			return faultReason, true
		}
		d.Reason = text
	case stepConfirm:
		return "", false
	default:
		return "", false
	}
	return "", true
}

// unquote takes a name out of the marks that people put around it.
func unquote(s string) string {
	s = strings.TrimSpace(s)
	for _, marks := range []string{"“”", "\"\"", "「」", "『』", "《》", "【】", "‘’", "''", "〈〉", "（）", "()"} {
		r := []rune(marks)
		if in, ok := strings.CutPrefix(s, string(r[0])); ok {
			if in, ok = strings.CutSuffix(in, string(r[1])); ok {
				return strings.TrimSpace(in)
			}
		}
	}
	return s
}

// setters are the words by which a tap, or a person, answers one certain question: 省份：上海.
var setters = []struct {
	words string
	step  step
}{
	{"名称", stepName},
	{"名字", stepName},
	{"平台", stepPlatform},
	{"省份", stepProvince},
	{"进展", stepStage},
	{"日期", stepSince},
	{"时间", stepSince},
	{"备案号", stepNumber},
	{"原因", stepReason},
	{"驳回原因", stepReason},
}

// wrongly stands behind what somebody gave wrongly.
var wrongly = regexp.MustCompile(`^(?:我)?(?:填|写|选|记|登记|弄|搞|说)?(?:得)?(?:错|不对|有误)(?:了)?[。.!！]?$`)

// readSetter reads 省份：上海, 改省份 and 省份填错了. value is empty for the latter.
func readSetter(s string) (to step, value string, ok bool) {
	for _, x := range setters {
		for _, colon := range []string{"：", ":"} {
			if v, found := strings.CutPrefix(s, x.words+colon); found && strings.TrimSpace(v) != "" {
				return x.step, strings.TrimSpace(v), true
			}
		}
		if s == "改"+x.words || s == "修改"+x.words {
			return x.step, "", true
		}
		if rest, found := strings.CutPrefix(s, x.words); found && wrongly.MatchString(rest) {
			return x.step, "", true
		}
	}
	return "", "", false
}
