package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/bot/demo"
	"github.com/beianbot/beianbot/bot/demo/box"
	"github.com/beianbot/beianbot/bot/service"
	"github.com/beianbot/beianbot/bot/wechat/wechattest"
	"github.com/beianbot/beianbot/config"
	"github.com/beianbot/beianbot/handlers"
)

type demoCmd struct {
	Listen  string    `default:"127.0.0.1:8080" help:"Where the page is."`
	Start   demoStart `placeholder:"MOMENT" help:"When it begins, in China: 2026-12-31T23:30 (default: today, 09:00)."`
	Verbose bool      `short:"v" help:"Log everything."`
}

// demoStart is a moment in China as people write it on a command line; the zero demoStart stands for none.
type demoStart struct{ time.Time }

// startLayout is how a demoStart is written. The years are bounded because nothing here is meant for others.
const (
	startLayout        = "2006-01-02T15:04"
	firstYear, endYear = 2000, 2100
)

// UnmarshalText reads a moment like 2026-12-31T23:30.
func (s *demoStart) UnmarshalText(text []byte) error {
	at, err := time.ParseInLocation(startLayout, string(text), chinatime.Zone())
	if err != nil || at.Year() < firstYear || at.Year() >= endYear {
		return fmt.Errorf("%q is no moment like 2026-12-31T23:30", text)
	}
	s.Time = at
	return nil
}

// demoTemplate is the id of the status template at the platform in a box; demoLabels are its keywords as a person
// sees them.
const demoTemplate = "demo-status-template"

var demoLabels = map[string]string{"thing1": "小程序", "phrase2": "当前进度", "time3": "更新时间", "thing4": "下一步"}

func (c *demoCmd) Run(w *world) error {
	log := slog.New(slog.NewTextHandler(w.stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	if c.Verbose {
		log = slog.New(slog.NewTextHandler(w.stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	start := c.Start.Time
	if start.IsZero() {
		start = demo.Morning(w.now())
	}
	d, err := openDemo(w.ctx, start, log)
	if err != nil {
		return err
	}
	defer d.close()
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return err
	}
	srv := &http.Server{Handler: d.page, ReadHeaderTimeout: 5 * time.Second}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	fmt.Fprintf(w.stdout, "打开这个页面，像在微信里一样试用：\n\n    http://%s/\n\n", l.Addr())
	begins := start.In(chinatime.Zone()).Format("2006年1月2日 15:04")
	fmt.Fprintf(w.stdout, "演示的时间从 %s 开始（中国时间，用 --start 换一个）。\n", begins)
	fmt.Fprintf(w.stdout, "公众号回调 %s，管理接口 http://%s/ 。按 Ctrl-C 结束，什么都不会留下。\n", d.webhook, d.admin)
	select {
	case err := <-served:
		return err
	case <-w.ctx.Done():
	}
	d.page.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if err := srv.Shutdown(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// openedDemo is everything behind the demo's page, running.
type openedDemo struct {
	page           *demo.Server
	clock          *demo.WarpClock
	service        *service.Service
	platform       *wechattest.Platform
	webhook, admin string // addresses
	closers        []func()
}

// close ends it all, last opened first. It leaves nothing on the disk.
func (d *openedDemo) close() {
	for i := len(d.closers) - 1; i >= 0; i-- {
		d.closers[i]()
	}
	d.closers = nil
}

// openDemo opens the program over a store of its own and a platform in a box, with the sample filings; all of it
// lives by a clock that begins at start.
func openDemo(ctx context.Context, start time.Time, log *slog.Logger) (_ *openedDemo, err error) {
	d := &openedDemo{clock: demo.NewClock(start)}
	defer func() {
		if err != nil {
			d.close()
		}
	}()
	dir, err := os.MkdirTemp("", "beianbot-demo-")
	if err != nil {
		return nil, err
	}
	d.closers = append(d.closers, func() { _ = os.RemoveAll(dir) })

	d.platform = wechattest.New(wechattest.Options{Now: d.clock.Now, AnyUser: true})
	base, stopPlatform, err := d.platform.Listen()
	if err != nil {
		return nil, err
	}
	d.closers = append(d.closers, stopPlatform)

	account := d.platform.Account()
	cfg := config.Default()
	cfg.Listen, cfg.AdminListen, cfg.DataDir = "127.0.0.1:0", "127.0.0.1:0", dir
	cfg.WeChat.AppID, cfg.WeChat.AppSecret = account.AppID, account.AppSecret
	cfg.WeChat.Token, cfg.WeChat.AESKey = account.Token, account.AESKey
	cfg.WeChat.Mode, cfg.WeChat.APIBase, cfg.WeChat.StatusTemplate = "safe", base, demoTemplate
	cfg.WeChat.CustomerMessages, cfg.WeChat.QRCodes = true, true
	if d.service, err = service.New(ctx, service.Options{Config: cfg, Log: log, Now: d.clock.Now}); err != nil {
		return nil, err
	}
	d.closers = append(d.closers, func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
		defer cancel()
		_ = d.service.Stop(ctx)
	})
	if err := d.service.Start(ctx); err != nil {
		return nil, err
	}
	d.clock.OnAdvance(d.service.Wake)
	if err := demo.Seed(ctx, d.service.Store(), d.clock.Now()); err != nil {
		return nil, err
	}
	public, admin := d.service.Addr()
	d.webhook, d.admin = "http://"+public+cfg.WeChat.CallbackPath, admin
	d.page, err = demo.New(demo.Options{
		NewPhone: func() demo.Phone { return box.NewPhone(account, d.platform.Phone(d.webhook, "")) },
		Filings:  d.service.Store(), Pushes: d.service.Store(), Clock: d.clock, Outbox: d.service,
		Platform: box.NewPlatform(d.platform), Menu: demoMenu(handlers.Menu()), Webhook: d.webhook, Log: log,
	})
	if err != nil {
		return nil, err
	}
	d.closers = append(d.closers, d.platform.Watch(func(m wechattest.Delivery) {
		d.page.Deliver(box.Shown(m, "备案进度提醒", demoLabels))
	}))
	return d, nil
}

func demoMenu(in []handlers.Button) []demo.Button {
	out := make([]demo.Button, len(in))
	for i, b := range in {
		out[i] = demo.Button{Label: b.Label, Key: b.Key, Buttons: demoMenu(b.Buttons)}
	}
	return out
}
