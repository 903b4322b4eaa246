package transfer

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"parlor/session"
)

// Markdown writes a conversation for people: a head with title, model and date,
// then every message below a heading with who said it. Thinking is left out; the
// JSON form has everything.
func Markdown(w io.Writer, t Transcript) error {
	var b strings.Builder
	head(&b, t)
	for _, m := range t.Messages {
		b.WriteString("\n## " + Speaker(m) + "\n\n")
		b.WriteString(Text(m))
		b.WriteString("\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// head is the front matter. JSON strings are YAML strings too, so that no title
// can break out of its line.
func head(b *strings.Builder, t Transcript) {
	line := func(key, value string) {
		if value != "" {
			quoted, _ := json.Marshal(value) // a string always encodes
			fmt.Fprintf(b, "%s: %s\n", key, quoted)
		}
	}
	b.WriteString("---\n")
	line("title", t.Summary.Title)
	line("model", t.Summary.Model)
	fmt.Fprintf(b, "date: %s\n", t.Summary.CreatedAt.UTC().Format(time.RFC3339))
	line("system", t.Params.System)
	b.WriteString("---\n")
}

// Speaker names who wrote a message: "You", or Claude with the model.
func Speaker(m *session.Message) string {
	switch {
	case m.Role == "user":
		return "You"
	case m.Model == "":
		return "Claude"
	}
	return "Claude (" + m.Model + ")"
}

// Text is a message's markdown without its thinking, and a line that says how
// it ended where it is not whole.
func Text(m *session.Message) string {
	var parts []string
	for _, p := range m.Parts {
		switch p.Kind {
		case session.PartText:
			if text := strings.Trim(p.Text, "\n"); text != "" {
				parts = append(parts, closed(text))
			}
		case session.PartTool, session.PartOther:
			parts = append(parts, "*["+p.Text+"]*")
		case session.PartThinking:
		}
	}
	if end := ending(m); end != "" {
		parts = append(parts, "*("+end+")*")
	}
	return strings.Join(parts, "\n\n")
}

func ending(m *session.Message) string {
	switch m.State {
	case session.Stopped:
		return "stopped here"
	case session.Interrupted:
		return "interrupted here"
	case session.Streaming:
		return "still being written"
	case session.Refused:
		if m.BlockedReason != "" {
			return "refused: " + m.BlockedReason
		}
		return "refused"
	case session.Failed:
		if m.Failure != nil {
			return "failed: " + m.Failure.Message
		}
		return "failed"
	case session.Complete:
		if m.StopReason == "max_tokens" {
			return "cut off at the token limit"
		}
	}
	return ""
}

// closed ends the code block that a text leaves open, as an answer does that
// broke off in one: else what follows would be taken for code.
func closed(text string) string {
	open := ""
	for line := range strings.Lines(text) {
		fence, info := fenceOf(strings.TrimRight(line, " \t\r\n"))
		switch {
		case fence == "":
		case open == "":
			open = fence
		case info == "" && strings.HasPrefix(strings.TrimLeft(fence, " "), strings.TrimLeft(open, " ")):
			open = ""
		}
	}
	if open == "" {
		return text
	}
	return text + "\n" + open
}

// fenceOf splits a line that can begin or end a code block into the fence, with
// the blanks before it, and what stands behind it. The fence is "" for any other
// line. Fences deeper in belong to a list, which ends without help.
func fenceOf(line string) (fence, info string) {
	bare := strings.TrimLeft(line, " ")
	indent := len(line) - len(bare)
	if indent > 3 || bare == "" || bare[0] != '`' && bare[0] != '~' {
		return "", ""
	}
	info = strings.TrimLeft(bare, bare[:1])
	run := len(bare) - len(info)
	if run < 3 || bare[0] == '`' && strings.Contains(info, "`") {
		return "", ""
	}
	return line[:indent+run], strings.TrimSpace(info)
}
