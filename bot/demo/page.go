package demo

import (
	"bytes"
	"embed"
	"encoding/json"
	"html/template"
	"net/http"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
)

//go:embed web
var web embed.FS

// pageData is what the page is made of.
type pageData struct {
	Name        string
	Menu        []Button
	Suggestions []string
	Webhook     string
	Stages      string // JSON
	Platform    bool
	Now         int64 // milliseconds since 1970
}

type stageOption struct {
	ID      vocab.Stage     `json:"id"`
	Label   string          `json:"label"`
	Reasons []filing.Reason `json:"reasons,omitempty"` // samples, where the stage has reasons
	Number  bool            `json:"number,omitempty"`
}

// page makes the page. All that changes later comes by events, but for the time at which it is opened: until the first event it would
// show the browser's.
type page struct {
	template *template.Template
	data     pageData
	clock    Clock
}

func newPage(o Options) (*page, error) {
	t, err := template.ParseFS(web, "web/page.html")
	if err != nil {
		return nil, err
	}
	var stages []stageOption
	for _, s := range vocab.Stages() {
		stages = append(stages, stageOption{s, s.Chinese(), sampleReasons(s), s == vocab.StageFiled})
	}
	list, err := json.Marshal(stages)
	if err != nil {
		return nil, err
	}
	p := &page{t, pageData{o.Name, o.Menu, o.Suggestions, o.Webhook, string(list), o.Platform != nil, 0}, o.Clock}
	_, err = p.render()
	return p, err
}

// render makes the page as it is now.
func (p *page) render() ([]byte, error) {
	data := p.data
	data.Now = p.clock.Now().UnixMilli()
	var b bytes.Buffer
	err := p.template.Execute(&b, data)
	return b.Bytes(), err
}

// sampleReasons are reasons to begin with, for the stages that have any.
func sampleReasons(s vocab.Stage) []filing.Reason {
	switch s {
	case vocab.StagePlatformRejected:
		return []filing.Reason{{Error: "负责人证件照片反光，看不清号码", Suggest: "在光线均匀处重新拍摄后上传"}}
	case vocab.StageAuthorityRejected:
		return []filing.Reason{{Error: "小程序备注没有说明实际用途", Suggest: "写清楚为谁提供什么服务"}}
	case vocab.StageSMSExpired:
		return []filing.Reason{{Error: "没有在 24 小时内完成短信核验"}}
	case vocab.StageNotReady:
		return []filing.Reason{{Error: "还缺负责人的证件照片"}}
	case vocab.StageNotFiled, vocab.StageEntranceClosed, vocab.StageFaceVerify, vocab.StagePlatformReview,
		vocab.StageSMSPending, vocab.StageAuthorityReview, vocab.StageFiled, vocab.StageChanging,
		vocab.StageCancelling, vocab.StageCancelled, vocab.StageWithdrawn, vocab.StageUnknown:
	}
	return nil
}

func (s *Server) servePage(w http.ResponseWriter, r *http.Request) {
	html, err := s.page.render()
	if err != nil {
		s.o.Log.ErrorContext(r.Context(), "demo: render the page", "err", err)
		http.Error(w, "the page cannot be shown", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(html)
}

func (s *Server) serveWires(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(s.wires.list())
}

// assets serves the page's parts by name. The template itself is none of them.
func assets() http.Handler {
	types := map[string]string{
		"base.css": "text/css", "phone.css": "text/css", "office.css": "text/css",
		"main.js": "text/javascript", "chat.js": "text/javascript", "composer.js": "text/javascript", "office.js": "text/javascript",
		"wire.js": "text/javascript", "kit.js": "text/javascript", "icon.svg": "image/svg+xml",
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := r.PathValue("name")
		kind, ok := types[name]
		data, err := web.ReadFile("web/" + name)
		if !ok || err != nil {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", kind+"; charset=utf-8")
		_, _ = w.Write(data)
	})
}
