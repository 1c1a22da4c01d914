package console

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/bot/desk"
)

type settingsData struct {
	Config             string
	CanReload, CanSave bool
	Wrong              string
	// Waiting are the keys whose new values are in force after a restart.
	Waiting []string
}

func (c *Console) settings() (settingsData, error) {
	d := settingsData{CanReload: c.Reload != nil, CanSave: c.Backup != nil}
	if c.Config != nil {
		text, err := c.Config()
		if err != nil {
			return d, err
		}
		d.Config = string(text)
	}
	return d, nil
}

func (c *Console) settingsPage(w http.ResponseWriter, v *visit) error {
	d, err := c.settings()
	if err != nil {
		return err
	}
	return c.show(w, v, "settings", "设置", d)
}

func (c *Console) reload(w http.ResponseWriter, v *visit) error {
	if c.Reload == nil {
		return bad("这里不能重新读取")
	}
	waiting, err := c.Reload(v.Context())
	if err != nil {
		c.Log.WarnContext(v.Context(), "reload refused", "err", err)
		d, rerr := c.settings()
		if rerr != nil {
			return rerr
		}
		d.Wrong = err.Error()
		c.render(w, v, http.StatusUnprocessableEntity, "settings", "设置", d)
		return nil
	}
	c.did(v, "reload", "", strings.Join(waiting, " "))
	if len(waiting) == 0 {
		return back(w, v, "/settings", "reloaded")
	}
	d, err := c.settings()
	if err != nil {
		return err
	}
	d.Waiting = waiting
	return c.show(w, v, "settings", "设置", d)
}

// backup sends a copy of the whole store.
func (c *Console) backup(w http.ResponseWriter, v *visit) error {
	if c.Backup == nil {
		return bad("这种存储请用它自己的备份方式")
	}
	c.did(v, "backup", "", "")
	name := c.Now().In(chinatime.Zone()).Format("20060102-1504")
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="beianbot-%s.db"`, name))
	if err := c.Backup(v.Context(), w); err != nil {
		c.Log.ErrorContext(v.Context(), "a backup ended early", "err", err)
		panic(http.ErrAbortHandler) // half a file must not look like a whole one
	}
	return nil
}

type auditData struct {
	Deeds []desk.Deed
	Next  int64
}

func (c *Console) auditPage(w http.ResponseWriter, v *visit) error {
	before, _ := strconv.ParseInt(v.URL.Query().Get("before"), 10, 64)
	deeds, err := c.Desk.Deeds(v.Context(), max(before, 0), 100)
	if err != nil {
		return err
	}
	d := auditData{Deeds: deeds}
	if len(deeds) == 100 {
		d.Next = deeds[99].Number
	}
	return c.show(w, v, "audit", "操作记录", d)
}
