package chat

// Reply is what the bot says. The zero Reply says nothing.
type Reply struct {
	// Text is the body, in plain text; line breaks count. A bare http(s) address is tappable on every client.
	Text string
	// Choices are offered below the body, numbered from 1: the person taps one or types its number.
	Choices []Choice
	// Actions are offered in one line below everything else, without numbers: 详细, 有用, 没用.
	Actions []Choice
	// Told names the notices that Text tells, as the outbox knows them. They count as told once the reply was written to the person, and only
	// then: whoever drops or replaces the reply need do nothing.
	Told []string
}

// Choice is something the person can tap. A tap is the same as typing Send.
type Choice struct {
	Label string `json:"l"`
	// Send is what the tap types; empty means the label itself.
	Send string `json:"s,omitempty"`
}

// Words returns what a tap on c types.
func (c Choice) Words() string {
	if c.Send != "" {
		return c.Send
	}
	return c.Label
}

// Empty reports whether the reply says nothing.
func (r Reply) Empty() bool { return r.Text == "" && len(r.Choices) == 0 }
