package api

import (
	"time"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/filing/sheet"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/kb"
)

// route is one call of the API with its documentation: what is served and what is documented are made from the same table.
type route struct {
	method, path string
	permission   vocab.Permission
	// most bounds the body in bytes; zero means maxBody.
	most  int64
	serve handler

	summary string
	query   []param
	// body and answer are values of the types that go in and out; nil for none. kind is the answer's type, where it is not JSON.
	body, answer any
	bodyKind     string
	kind         string
	// errors are the statuses beside 401, 403, 413 and 503 that the call may answer.
	errors []int
}

// param is a parameter of the query.
type param struct {
	name, about string
	values      []string
}

// fields are the fields of an answer that is made on the spot.
type fields map[string]any

var cursorParams = []param{{name: "cursor", about: "next of the page before"}, {name: "limit", about: "1 to 500, default 50"}}

// onePush, oneMenu and oneEntry are answers that several calls give.
var (
	onePush  = fields{"push": shownPush{}}
	oneMenu  = fields{"menu": menuBody{}.Menu, "edited": false}
	oneEntry = fields{"entry": kb.Entry{}, "rev": 0, "edited": false}
)

func filingFilter() []param {
	return []param{
		{name: "stage", about: "only this stage", values: textsOf(vocab.Stages())},
		{name: "province", about: "only this province, 上海"},
		{name: "q", about: "a part of id, name, app id, subject or number"},
	}
}

func textsOf[T ~string](in []T) []string {
	out := make([]string, len(in))
	for i, v := range in {
		out[i] = string(v)
	}
	return out
}

// routes is every call there is.
func (s *server) routes() []route {
	paused := fields{"paused": struct {
		Since  time.Time `json:"since"`
		Reason string    `json:"reason,omitempty"`
	}{}}
	return []route{
		{
			method: "PUT", path: "/api/v1/filings/{id}", permission: vocab.PermissionManageFilings, serve: s.putFiling, summary: "Report a filing's state; absent fields stay as they are.",
			body: reportBody{}, answer: fields{"filing": filing.Filing{}, "changed": false, "pushes": 0}, errors: []int{400, 409, 415, 422},
		},
		{
			method: "GET", path: "/api/v1/filings/{id}", permission: vocab.PermissionView, serve: s.getFiling, summary: "One filing with its history.",
			answer: fields{"filing": filing.Filing{}, "history": []filing.Event{}}, errors: []int{404},
		},
		{
			method: "GET", path: "/api/v1/filings", permission: vocab.PermissionView, serve: s.listFilings, summary: "Filings, the latest change first.",
			query: append(filingFilter(), cursorParams...), answer: fields{"filings": []filing.Filing{}, "next": ""}, errors: []int{400, 422},
		},
		{method: "DELETE", path: "/api/v1/filings/{id}", permission: vocab.PermissionErase, serve: s.deleteFiling, summary: "Delete a filing with all that hangs on it.", errors: []int{404}},
		{
			method: "POST", path: "/api/v1/filings/{id}/code", permission: vocab.PermissionManageFilings, serve: s.issueCode, summary: "Make a claim code.",
			answer: struct {
				Code    string    `json:"code"`
				Expires time.Time `json:"expires_at"`
				QR      string    `json:"qr_url,omitempty"`
			}{}, errors: []int{404},
		},
		{method: "DELETE", path: "/api/v1/filings/{id}/code", permission: vocab.PermissionManageFilings, serve: s.revokeCodes, summary: "Make all claim codes of a filing worthless.", errors: []int{404}},
		{
			method: "GET", path: "/api/v1/filings/{id}/followers", permission: vocab.PermissionView, serve: s.followers, summary: "Who follows a filing; ids are masked.",
			answer: fields{"followers": []follower{}}, errors: []int{404},
		},
		{method: "DELETE", path: "/api/v1/filings/{id}/followers/{user}", permission: vocab.PermissionManageFilings, serve: s.removeFollower, summary: "End somebody's following, by his masked id.", errors: []int{404, 409}},
		{
			method: "POST", path: "/api/v1/filings/import", permission: vocab.PermissionManageFilings, most: maxImport, serve: s.importFilings,
			summary: "Import a CSV, row by row; with Accept: application/x-ndjson the rows come as they are dealt with.", bodyKind: "text/csv",
			query:  []param{{name: "dry_run", about: "true: change nothing", values: []string{"true", "false"}}},
			answer: fields{"rows": []sheet.Result{}, "summary": sheet.Summary{}}, errors: []int{422},
		},
		{
			method: "GET", path: "/api/v1/filings/export", permission: vocab.PermissionView, serve: s.exportFilings, summary: "Filings as CSV.", kind: "text/csv",
			query: append(filingFilter(), param{name: "format", about: "english: codes in place of words", values: []string{"english"}},
				param{name: "encoding", about: "default UTF-8 with a mark", values: []string{"gb18030"}}),
		},
		{
			method: "GET", path: "/api/v1/pushes", permission: vocab.PermissionView, serve: s.listPushes, summary: "Pushes, the newest first; people are masked.",
			query: append([]param{
				{name: "state", about: "only this state", values: textsOf(push.States())},
				{name: "reason", about: "only this reason", values: textsOf(vocab.Reasons())},
				{name: "filing", about: "only of this filing"},
			}, cursorParams...),
			answer: fields{"pushes": []shownPush{}, "next": "", "paused": paused["paused"]}, errors: []int{400, 422},
		},
		{method: "GET", path: "/api/v1/pushes/{id}", permission: vocab.PermissionView, serve: s.getPush, summary: "One push.", answer: onePush, errors: []int{404}},
		{method: "POST", path: "/api/v1/pushes/{id}/retry", permission: vocab.PermissionManagePushes, serve: s.retryPush, summary: "Send again now.", answer: onePush, errors: []int{404, 409}},
		{method: "DELETE", path: "/api/v1/pushes/{id}", permission: vocab.PermissionManagePushes, serve: s.dropPush, summary: "Give a push up.", answer: onePush, errors: []int{404, 409}},
		{method: "POST", path: "/api/v1/pushes/pause", permission: vocab.PermissionManagePushes, serve: s.pausePushes, summary: "Stop all sending at every replica.", body: struct {
			Reason string `json:"reason"`
		}{}, answer: paused, errors: []int{400, 415}},
		{method: "POST", path: "/api/v1/pushes/resume", permission: vocab.PermissionManagePushes, serve: s.resumePushes, summary: "Send again.", answer: paused},
		{
			method: "GET", path: "/api/v1/questions", permission: vocab.PermissionView, serve: s.listQuestions, summary: "What was not well answered, grouped by likeness, most asked first.",
			query:  []param{{name: "kind", about: "only this kind", values: []string{"unknown", "choice", "disliked"}}, {name: "limit", about: "1 to 500, default 100"}},
			answer: fields{"groups": []Group{}}, errors: []int{400},
		},
		{method: "DELETE", path: "/api/v1/questions", permission: vocab.PermissionEditKB, serve: s.forgetQuestion, summary: "Take a question from the list.", body: struct {
			Kind string `json:"kind"`
			Text string `json:"text"`
		}{}, errors: []int{400, 415}},
		{method: "GET", path: "/api/v1/kb", permission: vocab.PermissionView, serve: s.listTopics, summary: "The topics.", answer: fields{"topics": []listedTopic{}}},
		{method: "GET", path: "/api/v1/kb/{topic}", permission: vocab.PermissionView, serve: s.getEntry, summary: "One topic.", answer: oneEntry, errors: []int{404}},
		{
			method: "PUT", path: "/api/v1/kb/{topic}", permission: vocab.PermissionEditKB, serve: s.putEntry, summary: "Lay an entry over the one that is there, in force at once. A broken one is refused.",
			body: entryBody{}, answer: oneEntry, errors: []int{400, 409, 415, 422, 501},
		},
		{method: "DELETE", path: "/api/v1/kb/{topic}", permission: vocab.PermissionEditKB, serve: s.deleteEntry, summary: "Take an edit off: what came with the program holds again.", errors: []int{404, 409, 422, 501}},
		{method: "POST", path: "/api/v1/kb/try", permission: vocab.PermissionView, serve: s.tryQuestion, summary: "What the bot would say, and why.", body: struct {
			Question string `json:"question"`
		}{}, answer: Asked{}, errors: []int{400, 415}},
		{method: "GET", path: "/api/v1/menu", permission: vocab.PermissionView, serve: s.getMenu, summary: "The account's menu: the edited one, or what came with the program.", answer: oneMenu},
		{
			method: "PUT", path: "/api/v1/menu", permission: vocab.PermissionEditMenu, serve: s.putMenu, summary: "Keep a menu; null goes back to what came with the program. menu/sync puts it in place.",
			body: menuBody{}, answer: oneMenu, errors: []int{400, 409, 415, 422, 501},
		},
		{method: "POST", path: "/api/v1/menu/sync", permission: vocab.PermissionEditMenu, serve: s.syncMenu, summary: "Put the menu in place at the platform.", answer: oneMenu, errors: []int{501, 502}},
		{
			method: "GET", path: "/api/v1/stats", permission: vocab.PermissionView, serve: s.stats, summary: "Counts by day, topic and stage; durations by province, in working days.",
			query:  []param{{name: "first", about: "a day, default 29 days ago"}, {name: "last", about: "a day, default today"}},
			answer: fields{"first": "", "last": "", "days": map[string]map[string]int64{}, "stages": map[string]int{}, "durations": []duration{}}, errors: []int{400},
		},
		{
			method: "POST", path: "/api/v1/reload", permission: vocab.PermissionAdminister, serve: s.reload,
			summary: "Read configuration, knowledge and calendar anew, at the replica that answers. All is checked first; what is broken is refused whole. The keys under restart are in force after a restart.",
			answer:  fields{"changed": []string{}, "restart": []string{}}, errors: []int{422, 501},
		},
		{method: "GET", path: "/api/v1/openapi.json", permission: vocab.PermissionView, serve: s.openAPI, summary: "This document.", kind: "application/json"},
	}
}
