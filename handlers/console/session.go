package console

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
)

const (
	cookieName = "beianbot"
	langCookie = "beianbot-lang"
)

// secure reports whether the browser came by TLS, here or at a proxy. A wrong word of a proxy can only make the cookie more secure.
func secure(r *http.Request) bool {
	return r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
}

func setCookie(w http.ResponseWriter, r *http.Request, name, value string, life time.Duration) {
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: int(life.Seconds()), HttpOnly: true, Secure: secure(r), SameSite: http.SameSiteLaxMode,
	})
}

type signInForm struct {
	Next, Name, Wrong string
}

func (c *Console) signInPage(w http.ResponseWriter, v *visit) error {
	next := v.URL.Query().Get("next")
	if !inside(next) {
		next = "/"
	}
	if _, err := c.recognise(v.Request); err == nil {
		http.Redirect(w, v.Request, next, http.StatusSeeOther)
		return nil
	}
	return c.show(w, v, "signin", v.t("登录"), signInForm{Next: next})
}

func (c *Console) signIn(w http.ResponseWriter, v *visit) error {
	form := signInForm{Next: v.PostFormValue("next"), Name: strings.TrimSpace(v.PostFormValue("name"))}
	if !inside(form.Next) {
		form.Next = "/"
	}
	again := func(status int, text string) error {
		form.Wrong = text
		c.render(w, v, status, "signin", v.t("登录"), form)
		return nil
	}
	if len(form.Name) > 64 {
		return again(http.StatusUnauthorized, "用户名或密码不对")
	}
	switch err := c.Desk.MayTry(v.Context(), form.Name, desk.AddressOf(v.RemoteAddr)); {
	case errs.CodeOf(err) == filing.CodeWait:
		return again(http.StatusTooManyRequests, tooManyTries)
	case err != nil:
		return err
	}
	cookie, err := c.Desk.SignIn(v.Context(), form.Name, v.PostFormValue("password"))
	if errors.Is(err, desk.ErrWho) {
		c.Log.WarnContext(v.Context(), "sign-in refused", "from", desk.AddressOf(v.RemoteAddr))
		if form.Name == "" {
			return again(http.StatusUnauthorized, "令牌不对")
		}
		return again(http.StatusUnauthorized, "用户名或密码不对")
	}
	if err != nil {
		return err
	}
	c.proved(v, form.Name)
	who := form.Name
	if who == "" {
		who = desk.TokenName
	}
	c.note(v, who, "signin", "", "")
	setCookie(w, v.Request, cookieName, cookie, desk.SessionLife)
	http.Redirect(w, v.Request, form.Next, http.StatusSeeOther)
	return nil
}

// tooManyTries is told to whoever failed to prove who he is too often.
const tooManyTries = "尝试太多次，请 15 分钟后再试"

// proved takes back what was counted for a proof that was right. He is in, so that a failure is only logged.
func (c *Console) proved(v *visit, name string) {
	if err := c.Desk.Tried(v.Context(), name, desk.AddressOf(v.RemoteAddr)); err != nil {
		c.Log.WarnContext(v.Context(), "a good sign-in stays counted as an attempt", "err", err)
	}
}

func (c *Console) signOut(w http.ResponseWriter, v *visit) error {
	if v.who.Session != "" {
		if err := c.Desk.SignOut(v.Context(), v.who.Session); err != nil {
			return err
		}
	}
	setCookie(w, v.Request, cookieName, "", -time.Second)
	http.Redirect(w, v.Request, "/signin", http.StatusSeeOther)
	return nil
}

func (c *Console) setLanguage(w http.ResponseWriter, v *visit) error {
	lang := v.PostFormValue("lang")
	if lang != "en" {
		lang = "zh"
	}
	setCookie(w, v.Request, langCookie, lang, 365*24*time.Hour)
	back := v.PostFormValue("back")
	if !inside(back) {
		back = "/"
	}
	http.Redirect(w, v.Request, back, http.StatusSeeOther)
	return nil
}

// note writes down what somebody did. It was done, so that a failure is only logged.
func (c *Console) note(v *visit, who, what, on, note string) {
	if err := c.Desk.Note(v.Context(), who, what, on, note); err != nil {
		c.Log.ErrorContext(v.Context(), "a deed was not written down", "what", what, "err", err)
	}
}

// did is note for the one who makes the request.
func (c *Console) did(v *visit, what, on, note string) { c.note(v, v.who.Name, what, on, note) }
