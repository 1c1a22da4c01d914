package desk

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/beianbot/beianbot/bot/errs"
)

// Button is a button of the account's menu: words that a tap says, or a group of such buttons.
type Button struct {
	Label   string   `json:"label"`
	Say     string   `json:"say,omitempty"`
	Buttons []Button `json:"buttons,omitempty"`
}

// What the platform takes of a menu. Source: its page on creating a custom menu: at most 3 buttons with 5 below each, labels of 16 and 60
// bytes, keys of 128. Longer labels are cut on the phone at about 4 and 8 Chinese characters.
const (
	MenuTop    = 3  // buttons of the bar
	MenuBelow  = 5  // buttons below one of them
	TopBytes   = 16 // of a label of the bar
	BelowBytes = 60 // of a label below
	SayBytes   = 60 // of the words that a tap says: they go into a key, with a mark before them
)

// MenuFault is what can be wrong with a menu.
type MenuFault string

// The faults.
const (
	MenuEmpty    MenuFault = "empty"     // no button at all
	MenuTooMany  MenuFault = "too_many"  // more buttons than the platform takes, or a third level
	MenuNoLabel  MenuFault = "no_label"  // a group without a name
	MenuNoWords  MenuFault = "no_words"  // a button without a name or without words
	MenuLongName MenuFault = "long_name" // a name that is too long, or has a line break
	MenuLongSay  MenuFault = "long_say"  // words that are too long, or have a line break
)

// MenuFaults lists the closed set.
func MenuFaults() []MenuFault {
	return []MenuFault{MenuEmpty, MenuTooMany, MenuNoLabel, MenuNoWords, MenuLongName, MenuLongSay}
}

// MenuProblem is what is wrong with a menu, and where. It counts as a errs.Error with CodeInvalid.
type MenuProblem struct {
	Fault MenuFault
	// At is the button: "menu[1].buttons[0]", counted from 0; empty for the menu as a whole.
	At string
}

var menuWords = map[MenuFault]string{
	MenuEmpty:    "a menu has at least one button",
	MenuTooMany:  fmt.Sprintf("at most %d buttons with %d below each, and nothing below those", MenuTop, MenuBelow),
	MenuNoLabel:  "a group needs a label",
	MenuNoWords:  "a button needs a label and the words that a tap says",
	MenuLongName: fmt.Sprintf("a label has at most %d bytes, below another %d, and no line break", TopBytes, BelowBytes),
	MenuLongSay:  fmt.Sprintf("the words have at most %d bytes and no line break", SayBytes),
}

// Error says it in English.
func (p *MenuProblem) Error() string {
	if p.At == "" {
		return menuWords[p.Fault]
	}
	return p.At + ": " + menuWords[p.Fault]
}

// Unwrap returns the coded error.
func (p *MenuProblem) Unwrap() error { return errs.Errorf(errs.CodeInvalid, "%s", p.Error()) }

// CheckMenu refuses a menu that the platform would not take. Errors: *MenuProblem.
func CheckMenu(menu []Button) error {
	switch {
	case len(menu) == 0:
		return &MenuProblem{Fault: MenuEmpty}
	case len(menu) > MenuTop:
		return &MenuProblem{Fault: MenuTooMany}
	}
	for i, b := range menu {
		at := fmt.Sprintf("menu[%d]", i)
		if len(b.Buttons) == 0 {
			if err := checkButton(b, TopBytes, at); err != nil {
				return err
			}
			continue
		}
		switch {
		case len(b.Buttons) > MenuBelow:
			return &MenuProblem{MenuTooMany, at}
		case strings.TrimSpace(b.Label) == "":
			return &MenuProblem{MenuNoLabel, at}
		case !line(b.Label, TopBytes):
			return &MenuProblem{MenuLongName, at}
		}
		for j, below := range b.Buttons {
			at := fmt.Sprintf("%s.buttons[%d]", at, j)
			if len(below.Buttons) > 0 {
				return &MenuProblem{MenuTooMany, at}
			}
			if err := checkButton(below, BelowBytes, at); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkButton(b Button, most int, at string) error {
	switch {
	case strings.TrimSpace(b.Label) == "" || strings.TrimSpace(b.Say) == "":
		return &MenuProblem{MenuNoWords, at}
	case !line(b.Label, most):
		return &MenuProblem{MenuLongName, at}
	case !line(b.Say, SayBytes):
		return &MenuProblem{MenuLongSay, at}
	}
	return nil
}

// line reports whether s is one line of at most so many bytes.
func line(s string, most int) bool {
	return len(s) <= most && utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// Menu returns the menu that was made at the desk; ok is false where none was.
func (d *Desk) Menu(ctx context.Context) (menu []Button, ok bool, err error) {
	raw, err := d.get(ctx, kindMenu, "menu", &menu)
	return menu, raw != nil, err
}

// PutMenu keeps a menu, or forgets it where menu is nil. The last one who saves wins. Errors: *MenuProblem, CodeConflict.
func (d *Desk) PutMenu(ctx context.Context, menu []Button) error {
	if menu != nil {
		if err := CheckMenu(menu); err != nil {
			return err
		}
	}
	raw, err := d.records.Record(ctx, kindMenu, "menu")
	if err != nil {
		return err
	}
	if menu == nil {
		return d.swap(ctx, kindMenu, "menu", raw, nil)
	}
	return d.swap(ctx, kindMenu, "menu", raw, menu)
}
