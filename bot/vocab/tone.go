package vocab

// Tone is how a state is shown: its colour and its weight among others.
type Tone string

// The tones.
const (
	ToneWait Tone = "wait" // waiting for somebody else
	ToneAct  Tone = "act"  // waiting for the person
	ToneBad  Tone = "bad"  // gone wrong
	ToneDone Tone = "done" // done
	ToneOff  Tone = "off"  // none of these
)
