package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A sheet goes in and comes out again, as an answer and as a file; what the server refuses is told in its own words.
func TestSheetCommands(t *testing.T) {
	skipLong(t)
	env := []string{"BEIANBOT_DATA_DIR=" + t.TempDir(), "BEIANBOT_ADMIN_LISTEN=127.0.0.1:1"}
	sheet := "编号,名称,阶段\na,小鹿花店,短信核验\nb,=小象书店,没有这个阶段\n"
	out, stderr, code := command(t, sheet, env, "filing", "import", "-")
	if code != 0 || !strings.Contains(out, "没有这个阶段") || !strings.Contains(out, "2 rows: 1 changed, 1 refused") {
		t.Fatalf("exit %d: %s%s", code, out, stderr)
	}
	out, stderr, code = command(t, "", env, "filing", "export", "--english")
	if code != 0 || !strings.Contains(out, "a,小鹿花店,") || !strings.Contains(out, "sms_pending") {
		t.Errorf("exit %d: %s%s", code, out, stderr)
	}
	file := filepath.Join(t.TempDir(), "filings.csv")
	if _, stderr, code = command(t, "", env, "filing", "export", "--english", file); code != 0 {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	if data, err := os.ReadFile(file); err != nil || string(data) != out {
		t.Errorf("%v: the file has %q, the answer had %q", err, data, out)
	}
	_, stderr, code = command(t, "PK\x03\x04", env, "filing", "import", "-")
	if code == 0 || !strings.Contains(stderr, "bad_file: ") {
		t.Errorf("exit %d: %s", code, stderr)
	}
	here := append(env, "BEIANBOT_ADMIN_TOKEN=x")
	if _, stderr, code = command(t, "", here, "filing", "export", "--server", "http://127.0.0.1:1"); code == 0 ||
		!strings.Contains(stderr, "is a server running at http://127.0.0.1:1?") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}
