package console

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/vocab"
)

// The languages: Chinese is what the pages are written in, the others have a list of words.
var languages = []string{"zh", "en"}

// pages are the templates, a set for each language, and the static files by name.
type pages struct {
	sets   map[string]map[string]*template.Template
	words  map[string]map[string]string
	static map[string]staticFile
}

type staticFile struct {
	data []byte
	kind string
	tag  string
}

// newPages reads everything that is embedded. A template that does not parse, or names what there is not, is an error.
func newPages(c *Console) (*pages, error) {
	p := &pages{sets: map[string]map[string]*template.Template{}, words: map[string]map[string]string{}, static: map[string]staticFile{}}
	entries, err := fs.ReadDir(files, "static")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		data, err := fs.ReadFile(files, "static/"+e.Name())
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(data)
		p.static[e.Name()] = staticFile{data, mime.TypeByExtension(path.Ext(e.Name())), hex.EncodeToString(sum[:6])}
	}
	names, err := fs.Glob(files, "pages/*.html")
	if err != nil {
		return nil, err
	}
	for _, lang := range languages {
		if lang != "zh" {
			data, err := fs.ReadFile(files, "words/"+lang+".json")
			if err != nil {
				return nil, err
			}
			words := map[string]string{}
			if err := json.Unmarshal(data, &words); err != nil {
				return nil, fmt.Errorf("words/%s.json: %w", lang, err)
			}
			addNames(words)
			p.words[lang] = words
		}
		set := map[string]*template.Template{}
		for _, name := range names {
			base := strings.TrimSuffix(path.Base(name), ".html")
			if base == "layout" || base == "parts" {
				continue
			}
			t, err := template.New("layout.html").Funcs(c.funcs(p, lang)).ParseFS(files, "pages/layout.html", "pages/parts.html", name)
			if err != nil {
				return nil, err
			}
			set[base] = t
		}
		p.sets[lang] = set
	}
	return p, nil
}

// word translates a text into a language; what is not in the list stays as it is.
func (p *pages) word(lang, text string, args ...any) string {
	if w, ok := p.words[lang][text]; ok {
		text = w
	}
	if len(args) > 0 {
		return fmt.Sprintf(text, args...)
	}
	return text
}

// language is what a browser wants: by its cookie, else by its preference, else Chinese.
func language(r *http.Request) string {
	if k, err := r.Cookie(langCookie); err == nil && (k.Value == "en" || k.Value == "zh") {
		return k.Value
	}
	first, _, _ := strings.Cut(r.Header.Get("Accept-Language"), ",")
	if strings.HasPrefix(strings.ToLower(strings.TrimSpace(first)), "en") {
		return "en"
	}
	return "zh"
}

// t marks a text for translation; the layout translates titles.
func (v *visit) t(text string) string { return text }

// view is what a template gets.
type view struct {
	Page, Title, Lang, Path string
	Who                     desk.Person
	SignedIn, Open          bool
	// Done is the short name of what was just done, from the address; the layout has the words.
	Done string
	Nav  []navItem
	Data any
}

// May reports whether the visitor may do an action, for what is offered on a page.
func (v view) May(permission string) bool { return v.Who.May(vocab.Permission(permission)) }

type navItem struct {
	Path, Label, Key string
	Here             bool
}

// nav lists the pages that a role may see.
func nav(who desk.Person, here string) []navItem {
	var out []navItem
	for _, n := range []struct {
		path, label string
		permission  vocab.Permission
	}{
		{"/", "总览", vocab.PermissionView},
		{"/filings", "备案", vocab.PermissionView},
		{"/pushes", "推送", vocab.PermissionView},
		{"/questions", "问题", vocab.PermissionView},
		{"/kb", "知识", vocab.PermissionView},
		{"/menu", "菜单", vocab.PermissionView},
		{"/people", "人员", vocab.PermissionManageUsers},
		{"/settings", "设置", vocab.PermissionAdminister},
		{"/audit", "操作记录", vocab.PermissionReadAudit},
	} {
		if who.May(n.permission) {
			out = append(out, navItem{Path: n.path, Label: n.label, Here: n.path == here || n.path != "/" && strings.HasPrefix(here, n.path)})
		}
	}
	return out
}

// show renders a page.
func (c *Console) show(w http.ResponseWriter, v *visit, page, title string, data any) error {
	c.render(w, v, http.StatusOK, page, title, data)
	return nil
}

// render renders a page with a status. A page that cannot be made is told as plain text: nothing half-made is sent.
func (c *Console) render(w http.ResponseWriter, v *visit, status int, page, title string, data any) {
	t := c.pages.sets[v.lang][page]
	done := v.URL.Query().Get("done")
	if _, ok := doneWords[done]; !ok {
		done = ""
	}
	x := view{
		Page: page, Title: title, Lang: v.lang, Path: v.URL.RequestURI(), Who: v.who, SignedIn: v.who.Name != "", Open: !c.Desk.Guarded(),
		Done: doneWords[done], Nav: nav(v.who, v.URL.Path), Data: data,
	}
	var b bytes.Buffer
	if err := t.Execute(&b, x); err != nil {
		c.Log.ErrorContext(v.Context(), "a page could not be made", "page", page, "err", err)
		http.Error(w, "this page could not be made; the log says why", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the browser has gone; there is nobody to tell
}

// doneWords are the words for what was just done.
var doneWords = map[string]string{
	"saved": "已保存", "created": "已新建", "reported": "进度已更新", "deleted": "已删除", "revoked": "绑定码已全部作废", "retried": "已重新排队",
	"dropped": "已放弃", "paused": "推送已暂停", "resumed": "推送已恢复", "ignored": "已忽略", "given": "已归入话题，马上生效", "live": "已保存，马上生效", "undone": "已恢复，马上生效",
	"published": "菜单已发布，用户最晚 5 分钟后看到", "reloaded": "已重新读取", "removed": "已移除", "password": "密码已更换，请重新登录", "nothing": "内容没有变化",
	"unfollowed": "已移除，他不会再看到进度", "retriedall": "已全部重新排队",
}

// back sends the browser to a page after something was done.
func back(w http.ResponseWriter, v *visit, path, done string) error {
	sep := "?"
	if strings.Contains(path, "?") {
		sep = "&"
	}
	http.Redirect(w, v.Request, path+sep+"done="+done, http.StatusSeeOther)
	return nil
}

// static serves the style and the script. The address carries the hash of the content, so that it may be kept for long.
func (c *Console) static(w http.ResponseWriter, v *visit) error {
	f, ok := c.pages.static[v.PathValue("file")]
	if !ok {
		return &trouble{http.StatusNotFound, "没有这个文件"}
	}
	w.Header().Set("Content-Type", f.kind)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(f.data)
	return nil
}
