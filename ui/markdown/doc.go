// Package markdown renders markdown that is still being written.
//
// A [Document] holds one text. [Document.SetText] takes the text as it is by now, which
// usually extends what it was; [Document.Units] are its parts, each rendered on its own and
// only when [Document.Render] asks for it. A [Unit] is a paragraph, a heading, the beginning
// of a list item, 16 lines of code, 16 rows of a table, a rule; its [Line] values can be drawn
// one by one and know which bytes of the source they show. Documents of one theme share a
// [Style]; neither is safe for use by several goroutines, lines once published are.
//
// # What holds
//
// The units are a function of the text, the width and the styles. How the text was cut
// into deltas does not matter: after any prefix, what is shown equals a fresh rendering of
// that prefix. Units above the tail change only where Markdown says so (a link definition
// that comes late, an underline that makes a heading, a row that makes a table or widens
// its columns; a list that turns loose changes gaps, not lines), and then only those.
// Work grows with what was added, whatever is long: a paragraph, a list, a nesting, a
// fence, a table, a single line. The growth tests count bytes and units, not time.
//
// # How
//
// Blocks are found by a line scanner of our own (scan.go, start.go, item.go), which is
// CommonMark's first phase with GFM's tables: its state after a line depends on the lines
// so far and a line changes no leaf but the last, so the state is kept and a token costs
// its own bytes. Goldmark reads a whole text at a time and cannot be resumed; cutting the
// text in front of it fails within long lists, quotes and fences. It stays the judge: the
// tests compare our blocks with its tree, which agree on every example of the CommonMark
// specification. The last line, while it has no newline, is read on trial and taken back.
//
// Inline markup within a leaf is read by goldmark's inline parsers (inline.go), plain text
// without them. A paragraph that grows is read and laid out again only from the last place
// behind which nothing is open (safeCut).
//
// Prose is not rendered by Glamour. Measured on 32,000 bytes at 100 columns, on 2 busy cores
// in November 2026 (BenchmarkFresh, BenchmarkGlamour; microseconds a byte):
//
//	                Glamour   here
//	paragraphs          2.0   0.12
//	list items          3.6   0.17
//	mixed answer        5.5   0.37
//
// Streamed in 200 frames with the last 40 rows rendered in each (BenchmarkStream), the
// mixed answer costs 17 ms in all, plain text 3 ms, lists 6 ms, tables 8 ms, nothing but
// code 34 ms. Glamour would also have to be undone: it pads every line to the full width,
// adds margins and blank lines, and has no spans.
//
// Code is highlighted by chroma's rules but not by its loop (lex.go, rules.go): rules are
// tried on one line at a time, from the states that the line before left open, and only
// those that can begin with the character at hand. That is a third of chroma's cost and
// the only way not to read a block from its start for every delta. Constructs that chroma
// matches over several lines at once, block comments and raw strings, are carried by hand
// and so are known before they end. Every 256 lines the states begin anew, which bounds
// what the end of a long block costs.
//
// # Where this leaves Markdown
//
// Single line ends are kept: models and people break lines where they mean it. LaTeX
// between $, $$, \( \) and \[ \] is shown as it was written. A paragraph beyond 8 KiB is
// continued in another unit, over whose border no emphasis reaches. Entities that decode to
// what cannot be seen stay as they were written.
//
// # What it must not know
//
// Messages, conversations, the screen and its scroll position. Text must have passed
// ui/term's sanitiser; control characters that did not are shown as pictures here and
// never sent. Only http, https and mailto addresses become hyperlinks, and a link text that
// names another host than it leads to gets the true one behind it.
package markdown
