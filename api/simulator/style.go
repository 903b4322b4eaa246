package simulator

import "strings"

// obey makes the reply follow the system prompt in a way one can see.
func (l *library) obey(c *chat, text string) string {
	system := strings.TrimSpace(c.system)
	if system == "" {
		return text
	}
	p := l.patterns
	words := wordsOf(system)
	done := false
	if p["terse"].MatchString(system) {
		text, done = firstParagraph(text), true
	}
	if words.any("uppercase", "caps") || words.phrase("capital letters") {
		text, done = strings.ToUpper(text), true
	}
	if accent := accent(words); accent != "" {
		text, done = accent+"\n\n"+text, true
	}
	if m := p["start"].FindStringSubmatch(system); m != nil {
		text, done = m[1]+" "+text, true
	}
	if m := p["end"].FindStringSubmatch(system); m != nil {
		text, done = text+"\n\n"+m[1], true
	}
	if done {
		return text
	}
	if m := p["persona"].FindStringSubmatch(system); m != nil {
		return "*(Speaking as " + plain(m[1]) + ", as the system prompt wants it.)*\n\n" + text
	}
	return text + "\n\n*(System prompt in force: “" + plain(clip(firstLine(system), 120)) + "”)*"
}

// accent is how a persona or a language begins to speak.
func accent(words wordSet) string {
	for _, a := range [][2]string{
		{"pirate", "Arr, matey! ⚓"},
		{"shakespeare", "Hark! Thou askest, and I shall answer thee."},
		{"yoda", "Answer you, I will."},
		{"robot", "BEEP. QUERY ACCEPTED."},
		{"german", "Gern! (Auf Deutsch kann ich leider nur grüßen.)"},
		{"deutsch", "Gern! (Mehr Deutsch kann ich leider nicht.)"},
		{"french", "Avec plaisir ! (Mon français s’arrête ici.)"},
		{"spanish", "¡Con mucho gusto! (Hasta aquí llega mi español.)"},
		{"chinese", "好的！（我的中文就到这里。）"},
		{"japanese", "承知しました！（日本語はここまでです。）"},
		{"emoji", "✨🎉"},
		{"polite", "With the greatest pleasure, and thank you for asking:"},
		{"rude", "Oh, you again."},
	} {
		if words.has(a[0]) {
			return a[1]
		}
	}
	return ""
}

// firstParagraph is the first paragraph that is prose.
func firstParagraph(text string) string {
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		paragraph = strings.TrimSpace(paragraph)
		if paragraph != "" && !strings.ContainsAny(paragraph[:1], "#|`>-*0123456789") {
			return paragraph
		}
	}
	return firstLine(text)
}
