package api

import (
	"errors"
	"net/http"

	"github.com/beianbot/beianbot/bot/desk"
)

// menuBody is a menu as it is documented: desk.Button with its two levels told apart. null is the one that comes with the program.
type menuBody struct {
	Menu []struct {
		Label   string `json:"label"`
		Say     string `json:"say,omitempty"`
		Buttons []struct {
			Label string `json:"label"`
			Say   string `json:"say"`
		} `json:"buttons,omitempty"`
	} `json:"menu"`
}

// currentMenu is the menu made at the desk, else the one that came with the program; own tells which.
func (s *server) currentMenu(r *http.Request) (menu []desk.Button, own bool, err error) {
	if s.Desk != nil {
		menu, own, err = s.Desk.Menu(r.Context())
	}
	if !own {
		menu = s.Menu
	}
	return menu, own, err
}

func (s *server) getMenu(w http.ResponseWriter, r *http.Request) error {
	menu, own, err := s.currentMenu(r)
	if err != nil {
		return err
	}
	write(w, http.StatusOK, map[string]any{"menu": menu, "edited": own})
	return nil
}

// putMenu keeps a menu; it is at the platform only after menu/sync.
func (s *server) putMenu(w http.ResponseWriter, r *http.Request) error {
	if s.Desk == nil {
		return &problem{http.StatusNotImplemented, "read_only", "this server keeps no menu"}
	}
	var b struct {
		Menu   *[]desk.Button `json:"menu"`
		Edited bool           `json:"edited"` // what GET answers is taken back as it is
	}
	if err := read(r, &b); err != nil {
		return err
	}
	var menu []desk.Button
	note := "reset"
	if b.Menu != nil { // an empty list is a menu without buttons, which is refused; null is none of one's own
		menu, note = append([]desk.Button{}, *b.Menu...), ""
	}
	if err := s.Desk.PutMenu(r.Context(), menu); err != nil {
		return err
	}
	s.did(r, "menu.save", "", note)
	return s.getMenu(w, r)
}

// syncMenu puts the menu in place at the platform.
func (s *server) syncMenu(w http.ResponseWriter, r *http.Request) error {
	if s.PublishMenu == nil {
		return &problem{http.StatusNotImplemented, "no_app_secret", "without wechat.app_id and wechat.app_secret nothing can be put in place at the platform"}
	}
	menu, own, err := s.currentMenu(r)
	if err != nil {
		return err
	}
	if err := s.PublishMenu(r.Context(), menu); err != nil {
		return errors.Join(&problem{http.StatusBadGateway, "platform_refused", "the menu was not put in place: " + err.Error()}, err)
	}
	s.did(r, "menu.publish", "", "")
	write(w, http.StatusOK, map[string]any{"menu": menu, "edited": own})
	return nil
}
