package console

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/beianbot/beianbot/bot/desk"
)

// What the platform takes of a menu. Source: its page on creating a custom menu: at most 3 buttons with 5 below each, 16 and 60 bytes.
// Longer labels are cut on the phone at about 4 and 8 Chinese characters.
const (
	menuTop     = 3
	menuBelow   = 5
	topBytes    = 16
	belowBytes  = 60
	maxMenuSays = 60 // bytes of the words a tap says, within the 128 bytes of a key
)

type menuPageData struct {
	Slots   []menuSlot
	Menu    []desk.Button
	Own     bool
	CanSend bool
	Wrong   string
}

// menuSlot is the form of one button: with sub-buttons it is a group, else it says words.
type menuSlot struct {
	N          int
	Label, Say string
	Below      []menuSub
}

type menuSub struct{ Label, Say string }

func slots(menu []desk.Button) []menuSlot {
	out := make([]menuSlot, menuTop)
	for i := range out {
		out[i] = menuSlot{N: i + 1, Below: make([]menuSub, menuBelow)}
		if i < len(menu) {
			out[i].Label, out[i].Say = menu[i].Label, menu[i].Say
			for j, b := range menu[i].Buttons[:min(menuBelow, len(menu[i].Buttons))] {
				out[i].Below[j] = menuSub{b.Label, b.Say}
			}
		}
	}
	return out
}

// currentMenu is the one made at the desk, else the one that came with the program.
func (c *Console) currentMenu(v *visit) ([]desk.Button, bool, error) {
	menu, own, err := c.Desk.Menu(v.Context())
	if !own {
		menu = c.Menu
	}
	return menu, own, err
}

func (c *Console) menuPage(w http.ResponseWriter, v *visit) error {
	menu, own, err := c.currentMenu(v)
	if err != nil {
		return err
	}
	return c.show(w, v, "menu", "菜单", menuPageData{Slots: slots(menu), Menu: menu, Own: own, CanSend: c.PublishMenu != nil})
}

// menuIn reads a menu from the form and checks it against what the platform takes.
func menuIn(v *visit) ([]desk.Button, error) {
	var out []desk.Button
	for i := 1; i <= menuTop; i++ {
		get := func(name string) string { return strings.TrimSpace(v.PostFormValue(fmt.Sprintf("%s%d", name, i))) }
		b := desk.Button{Label: get("label"), Say: get("say")}
		for j := 1; j <= menuBelow; j++ {
			sub := desk.Button{Label: get(fmt.Sprintf("sublabel%d-", j)), Say: get(fmt.Sprintf("subsay%d-", j))}
			if sub.Label == "" && sub.Say == "" {
				continue
			}
			if err := checkButton(sub, belowBytes); err != nil {
				return nil, err
			}
			b.Buttons = append(b.Buttons, sub)
		}
		if b.Label == "" && b.Say == "" && len(b.Buttons) == 0 {
			continue
		}
		if len(b.Buttons) > 0 {
			b.Say = ""
			if b.Label == "" || len(b.Label) > topBytes {
				return nil, bad("主菜单名称要有，最多 5 个汉字（16 字节）")
			}
		} else if err := checkButton(b, topBytes); err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	if len(out) == 0 {
		return nil, bad("菜单至少要有一项")
	}
	return out, nil
}

func checkButton(b desk.Button, most int) error {
	switch {
	case b.Label == "" || b.Say == "":
		return bad("每一项都要有名称和点了之后说的话")
	case len(b.Label) > most:
		return bad("名称太长：主菜单最多 5 个汉字，子菜单最多 20 个汉字")
	case len(b.Say) > maxMenuSays:
		return bad("点了之后说的话最多 20 个汉字")
	}
	return nil
}

func (c *Console) saveMenu(w http.ResponseWriter, v *visit) error {
	if v.PostFormValue("reset") != "" {
		if err := c.Desk.PutMenu(v.Context(), nil); err != nil {
			return err
		}
		c.did(v, "menu.save", "", "reset")
		return back(w, v, "/menu", "saved")
	}
	menu, err := menuIn(v)
	if err != nil {
		t, _ := tell(err)
		cur, own, rerr := c.currentMenu(v)
		if rerr != nil {
			return rerr
		}
		c.render(w, v, t.status, "menu", "菜单", menuPageData{Slots: slots(cur), Menu: cur, Own: own, CanSend: c.PublishMenu != nil, Wrong: t.text})
		return nil
	}
	if err := c.Desk.PutMenu(v.Context(), menu); err != nil {
		return err
	}
	c.did(v, "menu.save", "", "")
	return back(w, v, "/menu", "saved")
}

// publishMenu puts the saved menu in place at the platform.
func (c *Console) publishMenu(w http.ResponseWriter, v *visit) error {
	if c.PublishMenu == nil {
		return bad("没有配置 AppSecret，不能发布菜单")
	}
	menu, _, err := c.currentMenu(v)
	if err != nil {
		return err
	}
	if err := c.PublishMenu(v.Context(), menu); err != nil {
		c.Log.WarnContext(v.Context(), "the menu was not published", "err", err)
		return &trouble{http.StatusBadGateway, "平台没有接受菜单，日志里有原因"}
	}
	c.did(v, "menu.publish", "", "")
	return back(w, v, "/menu", "published")
}
