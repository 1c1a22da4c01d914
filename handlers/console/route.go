package console

import (
	"errors"
	"net/http"
	"strings"

	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/handlers/httpstatus"
)

// route is one thing that can be asked of the console.
type route struct {
	pattern string
	// permission is what somebody must be allowed to do; empty for what is open to everybody.
	permission vocab.Permission
	serve      func(w http.ResponseWriter, v *visit) error
}

// allRoutes is every route there is: what is not here does not exist, and what is not open to everybody names its permission.
func (c *Console) allRoutes() []route {
	return []route{
		{"GET /signin", "", c.signInPage},
		{"POST /signin", "", c.signIn},
		{"POST /language", "", c.setLanguage},
		{"GET /static/{file}", "", c.static},
		{"POST /signout", vocab.PermissionSelf, c.signOut},
		{"GET /me", vocab.PermissionSelf, c.mePage},
		{"POST /me/password", vocab.PermissionSelf, c.changeOwnPassword},
		{"POST /me/keys", vocab.PermissionSelf, c.addKey},
		{"POST /me/keys/{id}/remove", vocab.PermissionSelf, c.removeKey},

		{"GET /{$}", vocab.PermissionView, c.overview},

		{"GET /filings", vocab.PermissionView, c.listFilings},
		{"GET /filings/export", vocab.PermissionView, c.exportFilings},
		{"GET /filings/new", vocab.PermissionManageFilings, c.newFilingPage},
		{"POST /filings/new", vocab.PermissionManageFilings, c.newFiling},
		{"GET /filings/import", vocab.PermissionManageFilings, c.importPage},
		{"POST /filings/import", vocab.PermissionManageFilings, c.uploadImport},
		{"GET /filings/import/{job}", vocab.PermissionManageFilings, c.showImport},
		{"POST /filings/import/{job}", vocab.PermissionManageFilings, c.runImport},
		{"POST /filings/import/{job}/drop", vocab.PermissionManageFilings, c.dropImport},
		{"GET /filings/import/{job}/rows", vocab.PermissionManageFilings, c.importRows},
		{"GET /filings/import/{job}/errors", vocab.PermissionManageFilings, c.importErrors},
		{"POST /filings/bulk", vocab.PermissionManageFilings, c.bulkPreview},
		{"POST /filings/bulk/apply", vocab.PermissionManageFilings, c.bulkApply},
		{"GET /filings/at/{id}", vocab.PermissionView, c.showFiling},
		{"POST /filings/at/{id}/preview", vocab.PermissionManageFilings, c.previewReport},
		{"POST /filings/at/{id}/report", vocab.PermissionManageFilings, c.report},
		{"POST /filings/at/{id}/code", vocab.PermissionManageFilings, c.issueCode},
		{"POST /filings/at/{id}/code/revoke", vocab.PermissionManageFilings, c.revokeCodes},
		{"POST /filings/at/{id}/unfollow", vocab.PermissionManageFilings, c.removeFollower},
		{"POST /filings/at/{id}/delete", vocab.PermissionErase, c.deleteFiling},

		{"GET /pushes", vocab.PermissionView, c.listPushes},
		{"GET /pushes/{id}", vocab.PermissionView, c.showPush},
		{"POST /pushes/pause", vocab.PermissionManagePushes, c.pausePushes},
		{"POST /pushes/resume", vocab.PermissionManagePushes, c.resumePushes},
		{"POST /pushes/retry", vocab.PermissionManagePushes, c.retryPushes},
		{"POST /pushes/{id}/retry", vocab.PermissionManagePushes, c.retryPush},
		{"POST /pushes/{id}/drop", vocab.PermissionManagePushes, c.dropPush},

		{"GET /questions", vocab.PermissionView, c.listQuestions},
		{"POST /questions/effect", vocab.PermissionEditKB, c.giveEffect},
		{"POST /questions/give", vocab.PermissionEditKB, c.give},
		{"POST /questions/ignore", vocab.PermissionEditKB, c.ignoreQuestions},

		{"GET /kb", vocab.PermissionView, c.listTopics},
		{"GET /kb/try", vocab.PermissionView, c.tryQuestion},
		{"GET /kb/lint", vocab.PermissionView, c.lintPage},
		{"GET /kb/export", vocab.PermissionView, c.exportKnowledge},
		{"GET /kb/new", vocab.PermissionEditKB, c.newTopicPage},
		{"POST /kb/preview", vocab.PermissionEditKB, c.previewEntry},
		{"POST /kb/set", vocab.PermissionEditKB, c.putQuestionSet},
		{"GET /kb/topic/{id}", vocab.PermissionView, c.showTopic},
		{"GET /kb/topic/{id}/edit", vocab.PermissionEditKB, c.editTopicPage},
		{"POST /kb/topic/{id}/effect", vocab.PermissionEditKB, c.topicEffect},
		{"POST /kb/topic/{id}", vocab.PermissionEditKB, c.saveTopic},
		{"GET /kb/topic/{id}/history", vocab.PermissionView, c.topicHistory},
		{"POST /kb/topic/{id}/undo", vocab.PermissionEditKB, c.undoTopic},

		{"GET /menu", vocab.PermissionView, c.menuPage},
		{"POST /menu", vocab.PermissionEditMenu, c.saveMenu},
		{"POST /menu/publish", vocab.PermissionEditMenu, c.publishMenu},

		{"GET /people", vocab.PermissionManageUsers, c.peoplePage},
		{"POST /people", vocab.PermissionManageUsers, c.addPerson},
		{"POST /people/{name}", vocab.PermissionManageUsers, c.changePerson},
		{"POST /people/{name}/password", vocab.PermissionManageUsers, c.setPassword},
		{"POST /people/{name}/keys/{id}/remove", vocab.PermissionManageUsers, c.removeHisKey},
		{"POST /people/{name}/remove", vocab.PermissionManageUsers, c.removePerson},
		{"GET /settings", vocab.PermissionAdminister, c.settingsPage},
		{"POST /settings/reload", vocab.PermissionAdminister, c.reload},
		{"POST /settings/backup", vocab.PermissionAdminister, c.backup},
		{"GET /audit", vocab.PermissionReadAudit, c.auditPage},
	}
}

// Routes lists every route as "METHOD /path" with the permission it takes; the empty permission is open to everybody. Tests and the
// documentation are made from it.
func (c *Console) Routes() map[string]vocab.Permission {
	out := make(map[string]vocab.Permission, len(c.routes))
	for _, r := range c.routes {
		out[r.pattern] = r.permission
	}
	return out
}

// handler joins the routes and puts the guards before them.
func (c *Console) handler() (http.Handler, error) {
	mux := http.NewServeMux()
	for _, r := range c.routes {
		mux.Handle(r.pattern, c.guarded(r))
	}
	mux.Handle("/", c.guarded(route{"/", vocab.PermissionView, func(http.ResponseWriter, *visit) error { return errs.ErrNotFound }}))
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, "this request came from another web page", http.StatusForbidden)
	}))
	return c.headers(cross.Handler(mux)), nil
}

// visit is one request with who makes it.
type visit struct {
	*http.Request
	who  desk.Person
	lang string
}

// trouble is an error that says for itself how it is told: a status and a Chinese sentence.
type trouble struct {
	status int
	text   string
}

func (t *trouble) Error() string { return t.text }

func bad(text string) error { return &trouble{http.StatusBadRequest, text} }

// maxForm bounds what a form may send; the import has its own bound.
const maxForm = 512 << 10

// guarded recognises who asks, bounds what he sends, and turns errors into pages.
func (c *Console) guarded(r route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		v := &visit{Request: q, lang: language(q)}
		limit := int64(maxForm)
		if r.pattern == "POST /filings/import" {
			limit = desk.MaxFile + 64<<10
		}
		q.Body = http.MaxBytesReader(w, q.Body, limit)
		if r.permission != "" {
			who, err := c.recognise(q)
			if errors.Is(err, desk.ErrWho) {
				if q.Method == http.MethodGet && !strings.Contains(q.Header.Get("Accept"), "json") {
					http.Redirect(w, q, "/signin?next="+queryEscape(q.URL.RequestURI()), http.StatusSeeOther)
					return
				}
				err = &trouble{http.StatusUnauthorized, codeWords[desk.CodeUnauthorized]}
			}
			if err == nil && !who.May(r.permission) {
				err = &trouble{http.StatusForbidden, "您的角色不能做这件事，需要时请联系管理员"}
			}
			v.who = who
			if err != nil {
				c.fail(w, v, err)
				return
			}
		}
		if err := r.serve(w, v); err != nil {
			c.fail(w, v, err)
		}
	})
}

// recognise says who makes a request. Without a first key the console stands open to this machine.
func (c *Console) recognise(r *http.Request) (desk.Person, error) {
	if !c.Desk.Guarded() {
		if !desk.LocalHost(r.Host) { // a name of somebody else's that points here
			return desk.Person{}, &trouble{http.StatusForbidden, "没有设置 admin.token 时，只能用本机地址打开"}
		}
		return desk.Person{Name: "localhost", Role: vocab.RoleAdmin}, nil
	}
	cookie, err := r.Cookie(cookieName)
	if err != nil {
		return desk.Person{}, desk.ErrWho
	}
	return c.Desk.Session(r.Context(), cookie.Value)
}

// codeWords are the sentences for the codes of the domain; their statuses are those of the API.
var codeWords = map[errs.Code]string{
	errs.CodeInvalid:        "填写的内容不符合要求",
	errs.CodeNotFound:       "没有找到，可能已经删除",
	errs.CodeLimit:          "数量到上限了",
	errs.CodeConflict:       "别人刚改过，请看过最新的内容再试",
	errs.CodeUnavailable:    "存储暂时没有响应，请稍后再试",
	filing.CodeStaleReport:  "已有更新的进度，这次没有保存",
	filing.CodeFutureReport: "时间比现在晚太多，请检查",
	filing.CodeBadCode:      "绑定码不对，或者已经失效",
	filing.CodeWait:         "尝试太多次，请过一会儿再试",
	push.CodeLeaseLost:      "这条通知刚被另一处处理，请看过最新的内容再试",
	desk.CodeUnauthorized:   "请先登录",
}

// tell finds the status and the sentence for an error; detail is what the error itself says, where that helps.
func tell(err error) (t trouble, detail string) {
	var own *trouble
	var e *errs.Error
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &own):
		return *own, ""
	case errors.As(err, &large):
		return trouble{http.StatusRequestEntityTooLarge, "内容太大了"}, ""
	case errors.As(err, &e):
		status, known := httpstatus.Of(e.Code)
		text, worded := codeWords[e.Code]
		if !known || !worded {
			break
		}
		if e.Code == errs.CodeInvalid {
			detail = e.Message
		}
		return trouble{status, text}, detail
	}
	return trouble{http.StatusInternalServerError, "出了问题，日志里有原因"}, ""
}

// fail shows an error as a page.
func (c *Console) fail(w http.ResponseWriter, v *visit, err error) {
	t, detail := tell(err)
	if t.status >= 500 {
		c.Log.ErrorContext(v.Context(), "console page failed", "method", v.Method, "pattern", v.Pattern, "err", err)
	}
	c.render(w, v, t.status, "error", v.t("没有成功"), map[string]any{"Text": t.text, "Detail": detail, "Status": t.status})
}
