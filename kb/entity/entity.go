// Package entity finds what a message names: the province, the platform, the
// kind of subject, the stage, a filing number, a claim code, and so on.
package entity

import "github.com/beianbot/beianbot/bot/vocab"

// Subject is the kind of person or body that files.
type Subject string

// The kinds of subject told apart.
const (
	Individual  Subject = "individual"
	SoleTrader  Subject = "sole_trader"
	Enterprise  Subject = "enterprise"
	Government  Subject = "government"
	Institution Subject = "institution"
	SocialOrg   Subject = "social_org"
	Foreign     Subject = "foreign"
)

// Subjects lists every Subject.
func Subjects() []Subject {
	return []Subject{Individual, SoleTrader, Enterprise, Government, Institution, SocialOrg, Foreign}
}

// Set is what one message names. A zero field was not named. As JSON it is an
// object of strings with the absent ones left out.
type Set struct {
	// Province is the short name of one of the 31 provinces: 上海, 内蒙古.
	Province vocab.Province `json:"province,omitempty"`
	// City is the prefecture-level city that was named, without 市.
	City string `json:"city,omitempty"`
	// Platform is where the mini program lives.
	Platform vocab.Platform `json:"platform,omitempty"`
	// Subject is the kind of person or body that files.
	Subject Subject `json:"subject,omitempty"`
	// Stage is the state of the filing the asker tells of.
	Stage vocab.Stage `json:"stage,omitempty"`
	// Role is a person's part: legal_person, subject_person, service_person, admin, agent.
	Role string `json:"role,omitempty"`
	// Document is a paper that was named, in its usual Chinese name: 营业执照.
	Document string `json:"document,omitempty"`
	// Duration is a span of time the asker states, normalised: 3个工作日, 15天.
	Duration string `json:"duration,omitempty"`
	// ErrorCode is a code of an interface or page, digits only.
	ErrorCode string `json:"error_code,omitempty"`
	// Number is a filing number, with the province letter in its official form.
	Number string `json:"number,omitempty"`
	// Code is a claim code in its written form: BA-7K3M-Q9XD.
	Code string `json:"code,omitempty"`
	// Date is a calendar date the asker states, as far as it was said: 2024-03-31, 2023-09, 03-31.
	Date string `json:"date,omitempty"`
}

// IsZero reports whether nothing was named.
func (s Set) IsZero() bool { return s == Set{} }

// Over returns s with the fields it leaves empty taken from base: what a
// follow-up keeps of the question before. Numbers, codes, durations and dates
// belong to one message and are not kept.
func (s Set) Over(base Set) Set {
	if s.Province == "" {
		s.Province, s.City = base.Province, base.City
	}
	if s.Platform == "" {
		s.Platform = base.Platform
	}
	if s.Subject == "" {
		s.Subject = base.Subject
	}
	if s.Stage == "" {
		s.Stage = base.Stage
	}
	return s
}
