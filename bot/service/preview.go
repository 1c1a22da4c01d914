package service

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/config"
	"github.com/beianbot/beianbot/handlers"
)

// Preview writes what each channel would say of a filing as it stands, at now: of its coming to its stage, and each reminder that follows
// from it, at the moment at which that comes. Nothing is sent, and no store is asked.
func Preview(w io.Writer, c config.Config, f filing.Filing, now time.Time) error {
	calendar, err := loadCalendar(c)
	if err != nil {
		return fmt.Errorf("open the calendar: %w", err)
	}
	change := push.Push{Kind: vocab.KindChange, Seq: f.StageSeq, Stage: f.Stage, Filed: f}
	if err := preview(w, c, change, now, "change"); err != nil {
		return err
	}
	for _, r := range filing.Reminders(f, calendar) {
		p := push.Push{Kind: r.Kind, Step: r.Step, Seq: f.StageSeq, Stage: f.Stage, Filed: f, Deadline: r.Deadline}
		title := fmt.Sprintf("reminder %s %d, %s", r.Kind, r.Step, r.At.In(chinatime.Zone()).Format("2006-01-02 15:04"))
		if err := preview(w, c, p, r.At, title); err != nil {
			return err
		}
	}
	return nil
}

func preview(w io.Writer, c config.Config, p push.Push, now time.Time, title string) error {
	note := handlers.Notice(p, now)
	fields := note.Fields(fieldsOf(c))
	if _, err := fmt.Fprintf(w, "== %s\n", title); err != nil {
		return err
	}
	for _, t := range []struct {
		name, id, key string
	}{
		{"template", c.WeChat.StatusTemplate, "wechat.status_template"},
		{"subscription", c.WeChat.StatusSubscription, "wechat.status_subscription"},
	} {
		if _, err := fmt.Fprintf(w, "-- %s %s\n", t.name, cmp.Or(t.id, "(not used: "+t.key+" is empty)")); err != nil {
			return err
		}
		for _, k := range slices.Sorted(maps.Keys(fields)) {
			if _, err := fmt.Fprintf(w, "   %-20s %s\n", k, fields[k]); err != nil {
				return err
			}
		}
		if _, err := fmt.Fprintf(w, "   %-20s %s\n", "link", cmp.Or(note.URL, "(none: there is nothing to do on a page)")); err != nil {
			return err
		}
	}
	used := ""
	if !c.WeChat.CustomerMessages {
		used = " (customer messages are not used: wechat.customer_messages is off)"
	}
	_, err := fmt.Fprintf(w, "-- customer message, or with the person's next message%s\n%s\n\n", used, note.Text())
	return err
}
