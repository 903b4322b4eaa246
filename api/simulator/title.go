package simulator

import (
	"slices"
	"strings"
)

// titleTokens is the largest max_tokens with which a request for a title is taken for one.
const titleTokens = 1024

// wantsTitle says whether the request asks for a title of a conversation.
func (c *chat) wantsTitle() bool {
	return c.q.maxTokens <= titleTokens && (wordsOf(c.system).has("title") || wordsOf(c.prompt()).has("title") || wordsOf(tail(c.prompt())).has("title"))
}

// tail is the end of a long prompt, where instructions often stand.
func tail(s string) string { return strings.ToValidUTF8(s[max(0, len(s)-500):], "") }

// title makes a short title out of what the user first said.
func (c *chat) title(l *library) string {
	text := c.prompt()
	if users := c.users(); len(users) > 1 && !wordsOf(users[0]).has("title") {
		text = users[0]
	}
	text = subject(text)
	if name := l.name(text); name != "" {
		return "Meeting " + name
	}
	words := strings.Fields(topic(text))
	if len(words) > 6 {
		words = words[:6]
	}
	title := upperFirst(strings.TrimRight(clip(strings.Join(words, " "), 48), " ,:;…"))
	if title == "" {
		return "A short chat"
	}
	return title
}

// subject finds, in a request for a title, the line that the title is for.
func subject(text string) string {
	first := ""
	for line := range strings.SplitSeq(clip(text, 8000), "\n") {
		line = strings.TrimSpace(line)
		if isTag(line) {
			continue
		}
		line = strings.Trim(line, "\"“”")
		label, rest, found := strings.Cut(line, ":")
		said := found && slices.Contains([]string{"user", "human", "you", "me"}, strings.ToLower(strings.Trim(label, "*# ")))
		if said && strings.TrimSpace(rest) != "" {
			return strings.TrimSpace(rest)
		}
		if first == "" && line != "" && !said && !wordsOf(line).has("title") {
			first = line
		}
	}
	if first == "" {
		return firstLine(text)
	}
	return first
}

// isTag says whether a line is only an opening or closing tag, as prompts wrap their parts in.
func isTag(line string) bool {
	return strings.HasPrefix(line, "<") && strings.HasSuffix(line, ">") && !strings.ContainsAny(line, " \t")
}
