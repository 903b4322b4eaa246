package simulator

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// report shows the request as it arrived, so that a changed setting can be seen to have changed.
func (l *library) report(c *chat, words wordSet, _ *rand.Rand) (reply, bool) {
	asks := words.any("params", "parameters", "settings") && words.any("my", "current", "these", "this", "show", "which", "what") && len(words.list) < 12
	if !asks && !words.phrase("your temperature") && !words.phrase("what temperature") {
		return reply{}, false
	}
	q := c.q
	value := func(name string) string {
		if v, ok := q.sampling[name]; ok {
			return strconv.FormatFloat(v, 'g', -1, 64)
		}
		return "not sent"
	}
	or := func(s, other string) string {
		if s == "" {
			return other
		}
		return s
	}
	rows := [][2]string{
		{"model", "`" + q.model.ID + "` (" + q.model.DisplayName + ")"},
		{"max_tokens", strconv.Itoa(q.maxTokens)},
		{"temperature", value("temperature")},
		{"top_p", value("top_p")},
		{"top_k", value("top_k")},
		{"thinking", or(q.thinking.kind, "not sent")},
		{"effort", or(q.effort, "not sent, so "+or(q.model.DefaultEffort, "this model has none"))},
		{"system prompt", or(plain(firstLine(c.system)), "none")},
		{"messages", strconv.Itoa(len(q.messages))},
	}
	var b strings.Builder
	b.WriteString("This is the request as it reached me:\n\n| setting | value |\n|---|---|\n")
	for _, row := range rows {
		fmt.Fprintf(&b, "| %s | %s |\n", row[0], row[1])
	}
	b.WriteString("\nChange one of them and ask again: the very next request shows it.")
	return reply{text: b.String(), small: true}, true
}

// identity answers who is speaking, and does not pretend.
func (l *library) identity(c *chat, words wordSet, _ *rand.Rand) (reply, bool) {
	switch {
	case words.phrase("who are you"), words.phrase("what are you"), words.phrase("which model"), words.phrase("what model"),
		words.phrase("are you real"), words.phrase("are you claude"), words.phrase("are you simulated"):
	default:
		return reply{}, false
	}
	text := fmt.Sprintf("I am the **simulator** inside parlor, playing the part of *%s*. Everything between us is real: the HTTP request, the events, the token counts, the price. Only the mind is missing. I know a few dozen things by heart, remember what you tell me within a conversation, and can fail on demand.\n\nTry one of these:\n\n- `show my settings`\n- `my name is …`, and later `what is my name?`\n- `a table`, `Go code`, `a task list`, `中文`, `emoji`\n- `long`, `slow`, `fast`\n- `overload`, `refuse`, `break midway`", c.q.model.DisplayName)
	return reply{text: text, small: true}, true
}

// smallTalk answers greetings, thanks and farewells.
func (l *library) smallTalk(c *chat, words wordSet, rng *rand.Rand) (reply, bool) {
	if len(words.list) == 0 || len(words.list) > 5 {
		return reply{}, false
	}
	hello := ""
	if name := l.userName(c); name != "" {
		hello = ", " + name
	}
	first := wordSet{words.list[:1], words.text}
	short := len(words.list) <= 3 && !words.has("world")
	switch {
	case short && first.any("hello", "hi", "hey", "hallo", "bonjour", "hola", "ciao", "你好", "こんにちは", "안녕"):
		return reply{text: "Hello" + hello + "! " + l.line("greetings", rng, "", c.q.model.DisplayName), small: true}, true
	case first.any("thanks", "thank", "thx", "danke", "merci", "谢谢", "ありがとう"):
		return reply{text: "You are welcome" + hello + ". It was no trouble at all: I am a very small program. 🙂", small: true}, true
	case first.any("bye", "goodbye", "tschüss", "再见"):
		return reply{text: "Goodbye" + hello + "! Quit whenever you like; with `parlor -c` we go on exactly here.", small: true}, true
	case short && first.any("test", "testing", "ping"):
		return reply{text: "Pong. Loud and clear, message " + strconv.Itoa(len(c.users())) + " of this conversation.", small: true}, true
	}
	return reply{}, false
}

// echo says what it is told to say.
func (l *library) echo(c *chat, _ wordSet, _ *rand.Rand) (reply, bool) {
	m := l.patterns["echo"].FindStringSubmatch(strings.TrimSpace(c.prompt()))
	if m == nil {
		return reply{}, false
	}
	return reply{text: strings.Trim(m[1], "\"“”'"), small: true}, true
}

// sum does small arithmetic, because everybody tries it.
func (l *library) sum(c *chat, _ wordSet, _ *rand.Rand) (reply, bool) {
	m := l.patterns["sum"].FindStringSubmatch(strings.TrimSpace(c.prompt()))
	if m == nil {
		return reply{}, false
	}
	a, errA := strconv.ParseFloat(m[1], 64)
	b, errB := strconv.ParseFloat(m[3], 64)
	if errA != nil || errB != nil {
		return reply{}, false
	}
	var v float64
	switch m[2] {
	case "+":
		v = a + b
	case "-", "−":
		v = a - b
	case "*", "x", "×":
		v = a * b
	case "/", "÷":
		if b == 0 {
			return reply{text: "Dividing by zero is the one thing I refuse without being asked to.", small: true}, true
		}
		v = a / b
	}
	text := fmt.Sprintf("%s %s %s = **%s**", m[1], m[2], m[3], strconv.FormatFloat(v, 'g', 12, 64))
	return reply{text: text, small: true}, true
}

// trivia answers what everybody asks first.
func (l *library) trivia(_ *chat, words wordSet, _ *rand.Rand) (reply, bool) {
	if len(words.list) > 14 {
		return reply{}, false
	}
	for _, line := range l.lines["trivia"] {
		if phrase, text, _ := strings.Cut(line, " = "); words.phrase(phrase) {
			return reply{text: strings.ReplaceAll(text, `\n`, "\n"), small: true}, true
		}
	}
	return reply{}, false
}
