// Package demo shows the account as people see it: a page with a phone that looks and behaves like a chat in WeChat, and beside it the back
// office, where filings are moved so that the notices can be watched as they arrive.
//
// The page is plain HTML, CSS and JavaScript, embedded, without anything from elsewhere. What the person does goes to POST /do/{what} and
// from there through a Phone to the real webhook; what happens comes back as server-sent events on GET /events, so that several pages show
// the same. A page that reloads sees the conversation again.
//
// # Marks for tests
//
// Elements that tests may rely on carry data-testid. The package demotest drives a browser by them.
//
//	input, send            the input box and its button, which shows once something is written
//	menu-toggle            swaps input box and menu
//	menu, menu-button      the menu and its buttons, menu-item those under them (data-key holds the key)
//	plus, send-image …     the button for other kinds, and send-image, send-voice, send-video, send-location
//	log                    the list of everything said; row is one line of it
//	bubble-me, bubble-them a bubble; data-via tells how it came: reply or customer
//	tap, link              words in a bubble that send something (data-send), or that open a page
//	card                   a template message or subscription notice that arrived (data-via tells which)
//	notice                 the platform's own grey words
//	banner, title          the notice on top of the phone; the title, which says when an answer is on its way
//	more, unfollow, follow the three dots, the way out, the way back
//	suggestions            the questions for newcomers
//	clock, advance-1, advance-12, advance-24
//	ability-template, ability-customer, ability-passive, fault-none, fault-busy, fault-lost
//	reset                  begins anew with another person
//	tab-chat, tab-office   the tabs of narrow screens
//	office, filing         the back office; a filing's card (data-filing holds its id)
//
// Inside a card: filing-toggle opens it (the first is open); stage, code, copy-code, send-code, scan, qr, bond, subscribe, pick,
// stage-select, reason, suggest, number, apply. Below the cards: feed with move and push, push-state in a push.
// The drawer: wires-open, wires, wires-close.
package demo
