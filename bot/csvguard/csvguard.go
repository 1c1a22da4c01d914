// Package csvguard keeps a spreadsheet from calculating what stands in a cell of a CSV file: what people write gets
// into files that operators open. See https://owasp.org/www-community/attacks/CSV_Injection.
package csvguard

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// mark before a cell makes it text.
const mark = "'"

// dangerous are the characters at the beginning of a cell that make a spreadsheet take it for a formula, in both
// widths, and the mark itself, so that Unescape can tell what Escape wrote.
const dangerous = "=+-@\t\r＝＋－＠" + mark

// Escape returns the cell with an apostrophe before it if a spreadsheet could take it for a formula. Space at the
// beginning does not hide a formula: some spreadsheets trim it.
func Escape(cell string) string {
	if startsFormula(cell) {
		return mark + cell
	}
	return cell
}

// Unescape returns what Escape was called with. An apostrophe that Escape does not write stays.
func Unescape(cell string) string {
	if rest, ok := strings.CutPrefix(cell, mark); ok && startsFormula(rest) {
		return rest
	}
	return cell
}

func startsFormula(s string) bool {
	for _, s := range []string{s, strings.TrimLeftFunc(s, unicode.IsSpace)} {
		if r, size := utf8.DecodeRuneInString(s); size > 0 && strings.ContainsRune(dangerous, r) {
			return true
		}
	}
	return false
}
