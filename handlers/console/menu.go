package console

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/beianbot/beianbot/bot/desk"
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
	out := make([]menuSlot, desk.MenuTop)
	for i := range out {
		out[i] = menuSlot{N: i + 1, Below: make([]menuSub, desk.MenuBelow)}
		if i < len(menu) {
			out[i].Label, out[i].Say = menu[i].Label, menu[i].Say
			for j, b := range menu[i].Buttons[:min(desk.MenuBelow, len(menu[i].Buttons))] {
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

// menuIn reads a menu from the form. Whether the platform would take it is for desk.CheckMenu to say.
func menuIn(v *visit) []desk.Button {
	out := []desk.Button{}
	for i := 1; i <= desk.MenuTop; i++ {
		get := func(name string) string { return strings.TrimSpace(v.PostFormValue(fmt.Sprintf("%s%d", name, i))) }
		b := desk.Button{Label: get("label"), Say: get("say")}
		for j := 1; j <= desk.MenuBelow; j++ {
			sub := desk.Button{Label: get(fmt.Sprintf("sublabel%d-", j)), Say: get(fmt.Sprintf("subsay%d-", j))}
			if sub.Label != "" || sub.Say != "" {
				b.Buttons = append(b.Buttons, sub)
			}
		}
		if b.Label == "" && b.Say == "" && len(b.Buttons) == 0 {
			continue
		}
		if len(b.Buttons) > 0 {
			b.Say = ""
		}
		out = append(out, b)
	}
	return out
}

// menuWords say what is wrong with a menu.
var menuWords = map[desk.MenuFault]string{
	desk.MenuEmpty: "菜单至少要有一项", desk.MenuTooMany: "最多 3 个主菜单，每个下面最多 5 项，没有第三层",
	desk.MenuNoLabel: "主菜单名称要有，最多 5 个汉字（16 字节）", desk.MenuNoWords: "每一项都要有名称和点了之后说的话",
	desk.MenuLongName: "名称太长：主菜单最多 5 个汉字，子菜单最多 20 个汉字", desk.MenuLongSay: "点了之后说的话最多 20 个汉字",
}

func (c *Console) saveMenu(w http.ResponseWriter, v *visit) error {
	if v.PostFormValue("reset") != "" {
		if err := c.Desk.PutMenu(v.Context(), nil); err != nil {
			return err
		}
		c.did(v, "menu.save", "", "reset")
		return back(w, v, "/menu", "saved")
	}
	typed := menuIn(v)
	err := c.Desk.PutMenu(v.Context(), typed)
	var p *desk.MenuProblem
	if errors.As(err, &p) {
		cur, own, err := c.currentMenu(v)
		if err != nil {
			return err
		}
		c.render(w, v, http.StatusBadRequest, "menu", "菜单", menuPageData{Slots: slots(typed), Menu: cur, Own: own, CanSend: c.PublishMenu != nil, Wrong: menuWords[p.Fault]})
		return nil
	}
	if err != nil {
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
