package simulator

import (
	"slices"
	"strings"
	"unicode"
)

// wordSet holds the words of a prompt in lower case.
type wordSet struct {
	list []string
	text string
}

// wordsOf cuts a prompt into words. Only its beginning counts: a pasted file is no instruction.
func wordsOf(prompt string) wordSet {
	if len(prompt) > 2000 {
		prompt = strings.ToValidUTF8(prompt[:2000], "")
	}
	text := strings.ToLower(prompt)
	list := strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '+' && r != '#' && r != '\''
	})
	return wordSet{list, text}
}

// has says whether the word is there. Words in scripts without spaces are looked for anywhere.
func (w wordSet) has(word string) bool {
	if word != "" && word[0] >= 0x80 {
		return strings.Contains(w.text, word)
	}
	return slices.Contains(w.list, word)
}

// any says whether one of the words is there.
func (w wordSet) any(words ...string) bool { return slices.ContainsFunc(words, w.has) }

// phrase says whether the words stand side by side.
func (w wordSet) phrase(phrase string) bool {
	return strings.Contains(" "+strings.Join(w.list, " ")+" ", " "+phrase+" ")
}

// topic is what a prompt is about, in the user's words and without "please explain".
func topic(prompt string) string {
	line := firstLine(prompt)
	if i := strings.IndexAny(line, "?!.;\n"); i > 8 {
		line = line[:i]
	}
	line = plain(line)
	for trimmed := true; trimmed; {
		trimmed = false
		for _, lead := range leads() {
			if rest, ok := cutFold(line, lead); ok && rest != "" {
				line, trimmed = rest, true
			}
		}
	}
	for _, end := range []string{" please", " for me", " to me", " please"} {
		line = strings.TrimSuffix(strings.TrimRight(line, " ?!.,"), end)
	}
	words := strings.Fields(line)
	if len(words) > 9 {
		words = append(words[:9], "…")
	}
	line = strings.Trim(strings.Join(words, " "), " ,:-–?!.。？！")
	if runes := []rune(line); len(runes) > 60 {
		line = string(runes[:59]) + "…"
	}
	return line
}

// leads are the beginnings of requests that say nothing about their topic.
func leads() []string {
	return []string{
		"please", "hi,", "hello,", "hey,", "can you", "could you", "would you", "tell me", "explain to me", "explain",
		"describe", "about", "show me", "show", "give me", "write me", "write", "make me", "make", "what is", "what are", "what's", "what was",
		"how do i", "how can i", "how do you", "how does", "how to", "why is", "why are", "why do", "why does", "who is", "who was",
		"do you know", "i want to know", "i want", "i need", "i would like", "help me with", "help me", "let's talk about", "let us",
		"some", "an example of", "an", "a", "the",
	}
}

// cutFold removes a leading word or phrase, whatever its case.
func cutFold(s, lead string) (string, bool) {
	if len(s) <= len(lead) || !strings.EqualFold(s[:len(lead)], lead) || s[len(lead)] != ' ' {
		return s, false
	}
	return strings.TrimLeft(s[len(lead):], " ,:"), true
}

func firstLine(s string) string {
	s = strings.TrimSpace(s)
	if i := strings.IndexByte(s, '\n'); i >= 0 {
		s = s[:i]
	}
	return s
}

// plain takes out of a quotation what would be markup, or worse, in an answer.
func plain(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune("*_`[]<>|#~\\$", r):
			return -1
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r) && r != '\u200d', r == unicode.ReplacementChar:
			return ' '
		}
		return r
	}, s))
}

// upperFirst makes the first letter a capital.
func upperFirst(s string) string {
	for i, r := range s {
		return string(unicode.ToUpper(r)) + s[i+len(string(r)):]
	}
	return s
}
