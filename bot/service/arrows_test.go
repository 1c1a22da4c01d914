package service_test

import (
	"encoding/json"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/beianbot/beianbot/"

// sdk is the WeChat SDK.
const sdk = "github.com/silenceper/wechat/v2"

// arrows says which rooms each room may know. It is the plan of the house in README.md, "How it is built"; a room that is not listed here
// does not exist.
var arrows = map[string][]string{
	"config":     {},
	"bot/golden": {}, // for tests, whose imports are not looked at

	"bot/chat":         {},
	"bot/filing":       {},
	"bot/filing/sheet": {"bot/filing"},
	"bot/desk":         {"bot/filing"},
	"bot/push":         {"bot/filing"},
	"kb":               {"kb/..."},
	"kb/...":           {"kb", "kb/..."},
	"bot/wechat":       {"bot/chat"},

	"bot/wechat/wechattest": {"bot/chat", "bot/wechat"},

	"bot/store":       {"bot/chat", "bot/filing", "bot/push", "bot/wechat"},
	"bot/store/bolt":  {"bot/chat", "bot/desk", "bot/filing", "bot/push", "bot/wechat", "bot/store"},
	"bot/store/redis": {"bot/chat", "bot/desk", "bot/filing", "bot/push", "bot/wechat", "bot/store"},

	"bot/store/storetest":           {"bot/chat", "bot/desk", "bot/filing", "bot/push", "bot/wechat", "bot/store", "bot/store/storetest/redistest"},
	"bot/store/storetest/redistest": {},

	"handlers":         {"bot/chat", "bot/filing", "bot/push", "kb", "kb/..."},
	"handlers/webhook": {"bot/chat", "bot/wechat"},
	"handlers/api": {
		"bot/chat", "bot/desk", "bot/filing", "bot/filing/sheet", "bot/push", "kb", "kb/...", "handlers/httpstatus",
	},
	"handlers/console": {
		"bot/chat", "bot/desk", "bot/filing", "bot/filing/sheet", "bot/push", "kb", "kb/...", "handlers",
		"handlers/httpstatus",
	},
	"handlers/httpstatus": {"bot/desk", "bot/filing", "bot/push"},

	"bot/service": {"*"},
	"bot/demo":    {"bot/filing", "bot/push"},

	"bot/demo/demotest": {},
	"bot/demo/box":      {"bot/demo", "bot/filing", "bot/push", "bot/chat", "bot/wechat", "bot/wechat/wechattest"},
	"bot":               {"*"},
}

// leaves are rooms that know none of ours, and that any other may know.
var leaves = []string{"bot/chinatime", "bot/csvguard", "bot/errs", "bot/qr", "bot/truncate", "bot/vocab"}

// onlyProgram are rooms that nothing but the program itself may know.
var onlyProgram = []string{"config", "bot/service"}

func TestArrows(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", "-tags", "", module+"...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	seen := map[string]bool{}
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := dec.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		room := strings.TrimPrefix(p.ImportPath, module)
		seen[room] = true
		allowed, ok := arrows[room]
		if slices.Contains(leaves, room) {
			allowed, ok = nil, true
		}
		if !ok && strings.HasPrefix(room, "kb/") {
			allowed, ok = arrows["kb/..."], true
		}
		if !ok {
			t.Errorf("%s is no room of the plan", room)
			continue
		}
		for _, imp := range p.Imports {
			to, ours := strings.CutPrefix(imp, module)
			if !ours {
				if strings.HasPrefix(imp, sdk) && imp != sdk+"/util" {
					t.Errorf("%s imports %s: of the SDK only util is used; the rest brings caches, clients and logging of messages", room, imp)
				}
				continue
			}
			if slices.Contains(onlyProgram, to) && room != "bot" && room != "bot/service" {
				t.Errorf("%s → %s: only the program may", room, to)
				continue
			}
			if slices.Contains(leaves, to) {
				continue
			}
			wild := strings.HasPrefix(to, "kb/") && slices.Contains(allowed, "kb/...")
			if !wild && !slices.Contains(leaves, to) && !slices.Contains(allowed, "*") && !slices.Contains(allowed, to) {
				t.Errorf("%s → %s is against the plan", room, to)
			}
		}
	}
	for room := range arrows {
		if !seen[room] && room != "kb/..." {
			t.Errorf("%s stands in the plan and does not exist", room)
		}
	}
}
