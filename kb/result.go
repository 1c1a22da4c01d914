package kb

import "github.com/beianbot/beianbot/kb/entity"

// Kind says what a message was taken for. The set is closed.
type Kind string

// The kinds of a Result, as `ask --json` prints them.
const (
	// KindAnswer: one topic is meant; Result.Topic names it.
	KindAnswer Kind = "answer"
	// KindChoice: two to four topics could be meant; Result.Candidates lists them, best first.
	KindChoice Kind = "choice"
	// KindCommand: something is to be done; Result.Command says what.
	KindCommand Kind = "command"
	// KindSmallTalk: a greeting, thanks and the like; Result.Aside names the reply.
	KindSmallTalk Kind = "smalltalk"
	// KindUnknown: nothing the knowledge answers. Where the matter is known to
	// be somebody else's, Result.Aside names the fitting word.
	KindUnknown Kind = "unknown"
)

// Command is what a message asks the bot to do. The set is closed.
type Command string

// The commands people can give in their own words.
const (
	CommandStatus      Command = "status"
	CommandTrack       Command = "track"
	CommandUntrack     Command = "untrack"
	CommandSubscribe   Command = "subscribe"
	CommandUnsubscribe Command = "unsubscribe"
	CommandHelp        Command = "help"
	CommandHuman       Command = "human"
)

// Commands lists every Command, in the order help texts show them.
func Commands() []Command {
	return []Command{
		CommandStatus, CommandTrack, CommandUntrack, CommandSubscribe,
		CommandUnsubscribe, CommandHelp, CommandHuman,
	}
}

// Query is one message with what is known of the person who sent it.
type Query struct {
	// Text is the message as received: any bytes, any length; only the
	// beginning of a very long one is read.
	Text string
	// Tracks is true where the sender follows at least one filing: unclear
	// words about progress then mean his own.
	Tracks bool
	// Context is the last exchange, nil where there is none or it is too old.
	// The caller decides how long it lasts.
	Context *Context
}

// Context is what a follow-up question leans on.
type Context struct {
	// Topic is the id of the topic answered last.
	Topic string `json:"topic"`
	// Entities are those the last question was answered for.
	Entities entity.Set `json:"entities"`
}

// Candidate is a topic that could be meant.
type Candidate struct {
	// Topic is the entry's id.
	Topic string `json:"topic"`
	// Title is the entry's canonical question.
	Title string `json:"title"`
	// Score is the calibrated probability, 0 to 1, that the topic is the one meant.
	Score float64 `json:"score"`
}

// Args are the arguments of a command, empty where none was said.
type Args struct {
	// Code is a claim code in its written form, BA-7K3M-Q9XD.
	Code string `json:"code,omitempty"`
	// Number is a filing number, normalised.
	Number string `json:"number,omitempty"`
}

// Result is what a message was understood as.
type Result struct {
	Kind Kind
	// Topic is the entry's id for KindAnswer, empty otherwise.
	Topic string
	// Command is set for KindCommand only.
	Command Command
	// Args are the command's arguments.
	Args Args
	// Entities are those named in the message; in a follow-up, also those kept
	// from the last exchange.
	Entities entity.Set
	// Candidates are the best topics, best first, at most four. For KindAnswer
	// the first is Topic; for KindChoice they are what to offer; for the other
	// kinds they are the nearest topics, for the record only.
	Candidates []Candidate
	// Confidence is the calibrated probability, 0 to 1, that Kind and Topic
	// (or Command, or Aside) are right.
	Confidence float64
	// Aside is the id of the small talk or out-of-scope reply that fits, empty where none does.
	Aside string
	// FollowUp is true where the last exchange was needed to understand the message.
	FollowUp bool
	// Normal is the message as it was understood: normalised, slips mended.
	Normal string
}
