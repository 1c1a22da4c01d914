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

	"github.com/beianbot/beianbot/bot/demo"
	"github.com/beianbot/beianbot/bot/demo/box"
	"github.com/beianbot/beianbot/bot/service"
	"github.com/beianbot/beianbot/bot/wechat/wechattest"
	"github.com/beianbot/beianbot/config"
	"github.com/beianbot/beianbot/handlers"
)

type demoCmd struct {
	Listen  string `default:"127.0.0.1:8080" help:"Where the page is."`
	Verbose bool   `short:"v" help:"Log everything."`
}

// demoTemplate is the id of the status template at the platform in a box; demoLabels are its keywords as a person sees them.
const demoTemplate = "demo-status-template"

var demoLabels = map[string]string{"thing1": "小程序", "phrase2": "当前进度", "time3": "更新时间", "thing4": "下一步"}

func (c *demoCmd) Run(w *world) error {
	log := slog.New(slog.NewTextHandler(w.stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	if c.Verbose {
		log = slog.New(slog.NewTextHandler(w.stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	dir, err := os.MkdirTemp("", "beianbot-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)

	clock := demo.NewDayClock() // by night every notice would wait for the morning
	platform := wechattest.New(wechattest.Options{Now: clock.Now, AnyUser: true})
	base, stopPlatform, err := platform.Listen()
	if err != nil {
		return err
	}
	defer stopPlatform()

	account := platform.Account()
	cfg := config.Default()
	cfg.Listen, cfg.AdminListen, cfg.DataDir = "127.0.0.1:0", "127.0.0.1:0", dir
	cfg.WeChat.AppID, cfg.WeChat.AppSecret, cfg.WeChat.Token, cfg.WeChat.AESKey = account.AppID, account.AppSecret, account.Token, account.AESKey
	cfg.WeChat.Mode, cfg.WeChat.APIBase, cfg.WeChat.StatusTemplate = "safe", base, demoTemplate
	cfg.WeChat.CustomerMessages, cfg.WeChat.QRCodes = true, true
	s, err := service.New(w.ctx, service.Options{Config: cfg, Log: log, Now: clock.Now})
	if err != nil {
		return err
	}
	if err := s.Start(w.ctx); err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.Background(), stopTime)
		defer cancel()
		_ = s.Stop(ctx)
	}()
	clock.OnAdvance(s.Wake)
	if err := demo.Seed(w.ctx, s.Store(), clock.Now()); err != nil {
		return err
	}

	public, admin := s.Addr()
	webhook := "http://" + public + cfg.WeChat.CallbackPath
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return err
	}
	page, err := demo.New(demo.Options{
		NewPhone: func() demo.Phone { return box.NewPhone(account, platform.Phone(webhook, "")) },
		Filings:  s.Store(), Pushes: s.Store(), Clock: clock, Platform: box.NewPlatform(platform), Menu: demoMenu(handlers.Menu()),
		Webhook: webhook, Log: log,
	})
	if err != nil {
		return err
	}
	defer platform.Watch(func(d wechattest.Delivery) { page.Deliver(box.Shown(d, "备案进度提醒", demoLabels)) })()

	srv := &http.Server{Handler: page, ReadHeaderTimeout: 5 * time.Second}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	fmt.Fprintf(w.stdout, "打开这个页面，像在微信里一样试用：\n\n    http://%s/\n\n公众号回调 %s，管理接口 http://%s/ 。按 Ctrl-C 结束，什么都不会留下。\n", l.Addr(), webhook, admin)
	select {
	case err := <-served:
		return err
	case <-w.ctx.Done():
	}
	page.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if err := srv.Shutdown(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

func demoMenu(in []handlers.Button) []demo.Button {
	out := make([]demo.Button, len(in))
	for i, b := range in {
		out[i] = demo.Button{Label: b.Label, Key: b.Key, Buttons: demoMenu(b.Buttons)}
	}
	return out
}
