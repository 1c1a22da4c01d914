package demo

import (
	"time"

	"github.com/beianbot/beianbot/bot/truncate"
)

// Delivery is what the platform brings to a phone without being asked: a template message, a subscription notice or a customer message.
type Delivery struct {
	// To is the person's id. What is for somebody else is not shown.
	To string
	// Kind is one of the Delivery kinds; the empty Kind is DeliveryCustomer.
	Kind DeliveryKind
	// Title and Rows are what a template message shows, in order. URL, if it is an http(s) address, is opened by 详情.
	Title string
	Rows  []Row
	URL   string
	// Text is the text of a customer message, with its markup.
	Text string
	// At is when the platform took it; zero means now.
	At time.Time
	// Request is the body of the call that sent it, for the drawer of raw messages; it may be empty. It must hold no access token.
	Request string
}

// Row is one line of a template message.
type Row struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

// DeliveryKind says by which of the platform's ways a message arrived.
type DeliveryKind string

// The ways.
const (
	DeliveryTemplate     DeliveryKind = "template"
	DeliverySubscription DeliveryKind = "subscription"
	DeliveryCustomer     DeliveryKind = "customer"
)

// Bounds of what a delivery may show, so that a mistake elsewhere cannot flood the page.
const (
	maxRows      = 12
	maxShownText = 4000
)

// Deliver shows a delivery on the phone at once. It is safe for concurrent use and never blocks on a slow page.
func (s *Server) Deliver(d Delivery) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d.To != s.phone.User() || !s.following {
		return
	}
	if d.At.IsZero() {
		d.At = s.o.Clock.Now()
	}
	e := Entry{Side: them, Kind: kindText, Via: viaOf(d.Kind), At: d.At, Pushed: true}
	if d.Kind == DeliveryTemplate || d.Kind == DeliverySubscription {
		e.Kind = kindCard
		e.Card = &Card{Title: clip(d.Title), Rows: clipRows(d.Rows), URL: webAddress(d.URL)}
	} else {
		e.Parts = ParseContent(clip(d.Text))
	}
	if d.Request != "" {
		e.Wire = s.wires.add(wireRecord{What: "推送：" + viaLabel(d.Kind), At: d.At, Push: clip(d.Request)})
	}
	s.log.append(s.epoch, e)
	s.log.tell("wire", e.Wire)
}

func viaOf(k DeliveryKind) string {
	if k == "" {
		return string(DeliveryCustomer)
	}
	return string(k)
}

func viaLabel(k DeliveryKind) string {
	switch k {
	case DeliveryTemplate:
		return "模板消息"
	case DeliverySubscription:
		return "订阅通知"
	case DeliveryCustomer:
	}
	return "客服消息"
}

func clip(s string) string { return truncate.RunesMarked(s, maxShownText, "……") }

func clipRows(rows []Row) []Row {
	if len(rows) > maxRows {
		rows = rows[:maxRows]
	}
	out := make([]Row, len(rows))
	for i, r := range rows {
		out[i] = Row{Label: clip(r.Label), Value: clip(r.Value)}
	}
	return out
}
