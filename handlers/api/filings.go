package api

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
)

// reportBody is what PUT /api/v1/filings/{id} takes. Absent fields stay as they are.
type reportBody struct {
	Name               string          `json:"name"`
	Platform           vocab.Platform  `json:"platform"`
	AppID              string          `json:"app_id"`
	Subject            string          `json:"subject"`
	Province           vocab.Province  `json:"province"`
	Stage              vocab.Stage     `json:"stage"`
	Reasons            []filing.Reason `json:"reasons"`
	Number             string          `json:"number"`
	CertificateExpires string          `json:"certificate_expires"`
	At                 time.Time       `json:"at"`
	// Since is when it came to the stage, FiledAt when it was filed first, where they are known better than by At.
	Since   time.Time `json:"since"`
	FiledAt time.Time `json:"filed_at"`
}

func (s *server) putFiling(w http.ResponseWriter, r *http.Request) error {
	var b reportBody
	if err := read(r, &b); err != nil {
		return err
	}
	report := filing.Report{
		ID: r.PathValue("id"), Name: b.Name, Platform: b.Platform, AppID: b.AppID, Subject: b.Subject, Province: b.Province,
		Stage: b.Stage, Reasons: b.Reasons, Number: b.Number, At: b.At, Since: b.Since, FiledAt: b.FiledAt,
		Source: filing.FromAPI, By: by(r),
	}
	if b.CertificateExpires != "" {
		day, err := time.Parse(time.DateOnly, b.CertificateExpires)
		if err != nil {
			return badRequest("certificate_expires: must be a date such as 2027-03-31")
		}
		report.CertificateExpires = day
	}
	out, err := s.Filings.Apply(r.Context(), report)
	if err != nil {
		return err
	}
	if out.Changed { // who asks the platform every minute reports the same again and again, which would drive everything else out of the record
		s.did(r, "filing.report", out.Filing.ID, moved(out))
	}
	write(w, http.StatusOK, map[string]any{"filing": out.Filing, "changed": out.Changed, "pushes": out.Pushes})
	return nil
}

// moved says from which stage to which a report moved a filing.
func moved(out filing.Outcome) string {
	if out.Event.From == "" || out.Event.From == out.Event.To {
		return string(out.Filing.Stage)
	}
	return string(out.Event.From) + " → " + string(out.Event.To)
}

func (s *server) getFiling(w http.ResponseWriter, r *http.Request) error {
	f, err := s.Filings.Filing(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	h, err := s.Filings.History(r.Context(), f.ID)
	if err != nil {
		return err
	}
	write(w, http.StatusOK, map[string]any{"filing": f, "history": h})
	return nil
}

func (s *server) listFilings(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	limit, err := limitOf(q.Get("limit"))
	if err != nil {
		return err
	}
	stage := vocab.Stage(q.Get("stage"))
	if stage != "" && !stage.Valid() {
		return badRequest("stage: not one of the known stages")
	}
	page, err := s.Filings.Filings(r.Context(), filing.Query{
		Stage: stage, Province: vocab.Province(q.Get("province")), Text: strings.TrimSpace(q.Get("q")), Cursor: q.Get("cursor"), Limit: limit,
	})
	if err != nil {
		return err
	}
	if page.Filings == nil {
		page.Filings = []filing.Filing{}
	}
	write(w, http.StatusOK, map[string]any{"filings": page.Filings, "next": page.Next})
	return nil
}

func limitOf(s string) (int, error) {
	if s == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > 500 {
		return 0, badRequest("limit: a number from 1 to 500")
	}
	return n, nil
}

func (s *server) deleteFiling(w http.ResponseWriter, r *http.Request) error {
	if err := s.Filings.Delete(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	s.did(r, "filing.delete", r.PathValue("id"), "")
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// codeTTL is how long a claim code is good.
const codeTTL = 30 * 24 * time.Hour

func (s *server) issueCode(w http.ResponseWriter, r *http.Request) error {
	code := filing.NewCode()
	plain, _ := filing.ParseCode(code)
	expires := s.Now().Add(codeTTL).UTC().Truncate(time.Second)
	if err := s.Filings.IssueCode(r.Context(), r.PathValue("id"), filing.HashCode(plain), expires); err != nil {
		return err
	}
	s.did(r, "filing.code", r.PathValue("id"), "")
	answer := map[string]any{"code": code, "expires_at": expires}
	if s.QRCodes != nil {
		url, err := s.QRCodes.QRCode(r.Context(), code, codeTTL)
		if err != nil { // the code itself is good; it only comes without a picture
			s.Log.WarnContext(r.Context(), "no QR code for a claim code", "err", err)
		} else if url != "" {
			answer["qr_url"] = url
		}
	}
	write(w, http.StatusOK, answer)
	return nil
}

func (s *server) revokeCodes(w http.ResponseWriter, r *http.Request) error {
	if err := s.Filings.RevokeCodes(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	s.did(r, "filing.revoke", r.PathValue("id"), "")
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// follower is a follower as operators see him: masked.
type follower struct {
	User   string        `json:"user"`
	Since  time.Time     `json:"since"`
	Notify filing.Notify `json:"notify"`
}

func (s *server) followers(w http.ResponseWriter, r *http.Request) error {
	all, err := s.Filings.Followers(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	out := make([]follower, len(all))
	for i, f := range all {
		out[i] = follower{desk.Mask(f.User), f.Since, f.Notify}
	}
	write(w, http.StatusOK, map[string]any{"followers": out})
	return nil
}

// removeFollower ends the following of the person whose masked id the path has. An operator never sees a whole id, so he cannot give one.
func (s *server) removeFollower(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	all, err := s.Filings.Followers(r.Context(), id)
	if err != nil {
		return err
	}
	user, err := desk.Follower(all, r.PathValue("user"))
	if err != nil {
		return err
	}
	if err := s.Filings.Untrack(r.Context(), user, id, s.Now()); err != nil {
		return err
	}
	s.did(r, "filing.unfollow", id, "")
	w.WriteHeader(http.StatusNoContent)
	return nil
}
