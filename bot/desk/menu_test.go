package desk_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/errs"
)

// TestCheckMenu: what the platform would refuse is refused here, with the button named; each fault there is is found once at least.
func TestCheckMenu(t *testing.T) {
	button := func(label, say string) desk.Button { return desk.Button{Label: label, Say: say} }
	group := func(label string, below ...desk.Button) desk.Button { return desk.Button{Label: label, Buttons: below} }
	good := button("进度", "查进度")
	seen := map[desk.MenuFault]bool{}
	for _, tt := range []struct {
		name  string
		menu  []desk.Button
		fault desk.MenuFault
		at    string
	}{
		{"one", []desk.Button{good}, "", ""},
		{"as large as can be", []desk.Button{
			group(strings.Repeat("a", 16), slices.Repeat([]desk.Button{button(strings.Repeat("b", 60), strings.Repeat("c", 60))}, 5)...), good, good,
		}, "", ""},
		{"none", []desk.Button{}, desk.MenuEmpty, ""},
		{"four", slices.Repeat([]desk.Button{good}, 4), desk.MenuTooMany, ""},
		{"six below", []desk.Button{good, group("更多", slices.Repeat([]desk.Button{good}, 6)...)}, desk.MenuTooMany, "menu[1]"},
		{"a third level", []desk.Button{group("更多", group("再", good))}, desk.MenuTooMany, "menu[0].buttons[0]"},
		{"a group without a name", []desk.Button{group(" ", good)}, desk.MenuNoLabel, "menu[0]"},
		{"no name", []desk.Button{button("", "查进度")}, desk.MenuNoWords, "menu[0]"},
		{"no words", []desk.Button{good, group("更多", good, button("名称", " "))}, desk.MenuNoWords, "menu[1].buttons[1]"},
		{"a long name", []desk.Button{button("一二三四五六", "x")}, desk.MenuLongName, "menu[0]"},
		{"a long name of a group", []desk.Button{group("一二三四五六", good)}, desk.MenuLongName, "menu[0]"},
		{"a long name below", []desk.Button{group("更多", button(strings.Repeat("长", 21), "x"))}, desk.MenuLongName, "menu[0].buttons[0]"},
		{"a name of two lines", []desk.Button{button("a\nb", "x")}, desk.MenuLongName, "menu[0]"},
		{"no text", []desk.Button{button("a\xff", "x")}, desk.MenuLongName, "menu[0]"},
		{"long words", []desk.Button{button("进度", strings.Repeat("长", 21))}, desk.MenuLongSay, "menu[0]"},
	} {
		err := desk.CheckMenu(tt.menu)
		if tt.fault == "" {
			if err != nil {
				t.Errorf("%s: %v", tt.name, err)
			}
			continue
		}
		var p *desk.MenuProblem
		if !errors.As(err, &p) || p.Fault != tt.fault || p.At != tt.at || errs.CodeOf(err) != errs.CodeInvalid || !strings.HasPrefix(err.Error(), tt.at) {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		seen[p.Fault] = true
	}
	for _, f := range desk.MenuFaults() {
		if !seen[f] || (&desk.MenuProblem{Fault: f}).Error() == "" {
			t.Errorf("%s is never found, or has no words", f)
		}
	}
}
