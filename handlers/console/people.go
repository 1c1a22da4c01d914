package console

import (
	"errors"
	"net/http"
	"strings"

	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
)

type peopleData struct {
	Users         []desk.User
	Keys          map[string][]desk.Key
	Wrong, Detail string
}

func (c *Console) people(v *visit) (peopleData, error) {
	users, err := c.Desk.Users(v.Context())
	if err != nil {
		return peopleData{}, err
	}
	keys, err := c.Desk.Keys(v.Context(), "")
	if err != nil {
		return peopleData{}, err
	}
	d := peopleData{Users: users, Keys: map[string][]desk.Key{}}
	for i := range d.Users {
		d.Users[i].Hash, d.Users[i].Stamp = "", "" // no page needs them
	}
	for _, k := range keys {
		d.Keys[k.User] = append(d.Keys[k.User], k)
	}
	return d, nil
}

func (c *Console) peoplePage(w http.ResponseWriter, v *visit) error {
	d, err := c.people(v)
	if err != nil {
		return err
	}
	return c.show(w, v, "people", "人员", d)
}

func (c *Console) addPerson(w http.ResponseWriter, v *visit) error {
	name, role := strings.TrimSpace(v.PostFormValue("name")), vocab.Role(v.PostFormValue("role"))
	if err := c.Desk.AddUser(v.Context(), name, v.PostFormValue("password"), role); err != nil {
		t, detail := tell(err)
		if t.status >= 500 {
			return err
		}
		if errs.CodeOf(err) == errs.CodeConflict {
			t.text = "已经有这个用户名"
		}
		d, rerr := c.people(v)
		if rerr != nil {
			return rerr
		}
		d.Wrong, d.Detail = t.text, detail
		c.render(w, v, t.status, "people", "人员", d)
		return nil
	}
	c.did(v, "people.add", name, string(role))
	return back(w, v, "/people", "created")
}

func (c *Console) changePerson(w http.ResponseWriter, v *visit) error {
	name, role, blocked := v.PathValue("name"), vocab.Role(v.PostFormValue("role")), v.PostFormValue("blocked") != ""
	if err := c.notOneself(v, name); err != nil {
		return err
	}
	if err := c.Desk.ChangeUser(v.Context(), name, role, blocked); err != nil {
		return err
	}
	note := string(role)
	if blocked {
		note += " blocked"
	}
	c.did(v, "people.change", name, note)
	return back(w, v, "/people", "saved")
}

func (c *Console) setPassword(w http.ResponseWriter, v *visit) error {
	name := v.PathValue("name")
	if err := c.Desk.SetPassword(v.Context(), name, v.PostFormValue("password")); err != nil {
		return err
	}
	note := ""
	if v.PostFormValue("keys") != "" {
		if err := c.Desk.RemoveKeys(v.Context(), name); err != nil {
			return err
		}
		note = "keys removed"
	}
	c.did(v, "people.password", name, note)
	return back(w, v, "/people", "saved")
}

// removeHisKey makes a key of somebody else's worthless.
func (c *Console) removeHisKey(w http.ResponseWriter, v *visit) error {
	name, id := v.PathValue("name"), v.PathValue("id")
	if err := c.Desk.RemoveKey(v.Context(), name, id); err != nil {
		return err
	}
	c.did(v, "key.remove", id, name)
	return back(w, v, "/people", "removed")
}

func (c *Console) removePerson(w http.ResponseWriter, v *visit) error {
	name := v.PathValue("name")
	if err := c.notOneself(v, name); err != nil {
		return err
	}
	if err := c.Desk.RemoveUser(v.Context(), name); err != nil {
		return err
	}
	c.did(v, "people.remove", name, "")
	return back(w, v, "/people", "removed")
}

// notOneself keeps an admin from locking himself out by a slip.
func (c *Console) notOneself(v *visit, name string) error {
	if strings.EqualFold(name, v.who.Name) {
		return &trouble{http.StatusConflict, "不能修改或移除自己，请让另一位管理员来做"}
	}
	return nil
}

type meData struct {
	Keys []desk.Key
	// Fresh is the secret of a key that was just made; it is shown once.
	Fresh, Label  string
	Named         bool
	Wrong, Detail string
}

func (c *Console) me(v *visit) (meData, error) {
	d := meData{Named: desk.ValidUserName(v.who.Name) && v.who.Session != ""}
	if !d.Named {
		return d, nil
	}
	var err error
	d.Keys, err = c.Desk.Keys(v.Context(), v.who.Name)
	return d, err
}

func (c *Console) mePage(w http.ResponseWriter, v *visit) error {
	d, err := c.me(v)
	if err != nil {
		return err
	}
	return c.show(w, v, "me", "我的账户", d)
}

// meAgain shows the page with what went wrong.
func (c *Console) meAgain(w http.ResponseWriter, v *visit, err error) error {
	t, detail := tell(err)
	if t.status >= 500 {
		return err
	}
	d, rerr := c.me(v)
	if rerr != nil {
		return rerr
	}
	d.Wrong, d.Detail = t.text, detail
	c.render(w, v, t.status, "me", "我的账户", d)
	return nil
}

func (c *Console) changeOwnPassword(w http.ResponseWriter, v *visit) error {
	switch err := c.Desk.MayTry(v.Context(), v.who.Name, desk.AddressOf(v.RemoteAddr)); {
	case errs.CodeOf(err) == filing.CodeWait:
		return c.meAgain(w, v, &trouble{http.StatusTooManyRequests, tooManyTries})
	case err != nil:
		return err
	}
	proof, err := c.Desk.SignIn(v.Context(), v.who.Name, v.PostFormValue("old"))
	if errors.Is(err, desk.ErrWho) {
		return c.meAgain(w, v, bad("现在的密码不对"))
	}
	if err != nil {
		return err
	}
	c.proved(v, v.who.Name)
	if p, err := c.Desk.Session(v.Context(), proof); err == nil {
		_ = c.Desk.SignOut(v.Context(), p.Session) // it proved the password; the sessions end with it anyway
	}
	if err := c.Desk.SetPassword(v.Context(), v.who.Name, v.PostFormValue("password")); err != nil {
		return c.meAgain(w, v, err)
	}
	c.did(v, "password", v.who.Name, "")
	return back(w, v, "/signin", "password")
}

func (c *Console) addKey(w http.ResponseWriter, v *visit) error {
	text, k, err := c.Desk.AddKey(v.Context(), v.who.Name, v.PostFormValue("label"), vocab.Role(v.PostFormValue("role")))
	if err != nil {
		return c.meAgain(w, v, err)
	}
	c.did(v, "key.add", k.ID, k.Label)
	d, err := c.me(v)
	if err != nil {
		return err
	}
	d.Fresh, d.Label = text, k.Label
	return c.show(w, v, "me", "我的账户", d)
}

func (c *Console) removeKey(w http.ResponseWriter, v *visit) error {
	if err := c.Desk.RemoveKey(v.Context(), v.who.Name, v.PathValue("id")); err != nil {
		return err
	}
	c.did(v, "key.remove", v.PathValue("id"), "")
	return back(w, v, "/me", "removed")
}
