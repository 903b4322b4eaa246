package simulator

import (
	"fmt"
	"strings"
)

// recall answers what is about the user: facts they tell, and questions about what they told. All of it comes from the
// request's own history, so it works across restarts and follows the branch.
func (l *library) recall(c *chat) (reply, bool) {
	text := c.prompt()
	users := c.users()
	if len(text) > 600 || len(users) == 0 {
		return reply{}, false
	}
	earlier := users[:len(users)-1]
	is := func(name string) bool { return l.patterns[name].MatchString(text) }
	say := func(format string, args ...any) (reply, bool) {
		return reply{text: fmt.Sprintf(format, args...), small: true}, true
	}
	switch {
	case is("askName"):
		if name := l.userName(c); name != "" {
			return say("Your name is %s. You told me earlier in this conversation.", name)
		}
		return say("You have not told me your name yet. Say “My name is …” and I will remember it for as long as this conversation lasts.")
	case is("askFirst"):
		return say("The first thing you said was:\n\n> %s", quote(users[0]))
	case is("askLast") && len(earlier) > 0:
		return say("Before this you said:\n\n> %s", quote(earlier[len(earlier)-1]))
	case is("askNote"):
		return l.notes(c)
	case is("askFact"):
		what := l.patterns["askFact"].FindStringSubmatch(text)[1]
		if value, ok := l.fact(earlier, what); ok {
			return say("Your %s is %s. You said so yourself.", what, value)
		}
		return say("You have not told me what your %s is.", what)
	case l.name(text) != "":
		return say("Nice to meet you, %s! I will remember that for as long as this conversation lasts, even if you quit in between.", l.name(text))
	case is("note"):
		return say("Noted: %s. Ask me later what you told me to remember.", plain(l.patterns["note"].FindStringSubmatch(text)[1]))
	case is("fact") && len(strings.Fields(text)) <= 14 && !strings.Contains(text, "?"):
		m := l.patterns["fact"].FindStringSubmatch(text)
		return say("Good to know: your %s is %s.", plain(m[1]), plain(m[2]))
	}
	return reply{}, false
}

func quote(s string) string { return plain(clip(firstLine(s), 200)) }

// clip cuts a text to n runes.
func clip(s string, n int) string {
	count, end := 0, 0
	for i := range s {
		if count++; count == n {
			end = i
		}
		if count > n {
			return s[:end] + "…"
		}
	}
	return s
}

// name finds the name that a text tells, "" if it tells none.
func (l *library) name(text string) string {
	for _, pattern := range []string{"name", "nameCJK", "iam"} {
		if m := l.patterns[pattern].FindStringSubmatch(text); m != nil {
			return plain(m[1])
		}
	}
	return ""
}

// userName is the name that the user told last.
func (l *library) userName(c *chat) string {
	users := c.users()
	for i := len(users) - 1; i >= 0; i-- {
		if l.patterns["askName"].MatchString(users[i]) {
			continue
		}
		if name := l.name(clip(users[i], 2000)); name != "" {
			return name
		}
	}
	return ""
}

// fact finds what the user said last about one of their things.
func (l *library) fact(earlier []string, what string) (string, bool) {
	for i := len(earlier) - 1; i >= 0; i-- {
		for _, m := range l.patterns["fact"].FindAllStringSubmatch(clip(earlier[i], 2000), -1) {
			if sameThing(m[1], what) {
				return plain(m[2]), true
			}
		}
	}
	return "", false
}

func sameThing(a, b string) bool {
	fold := func(s string) string {
		return strings.ReplaceAll(strings.ToLower(strings.TrimSpace(s)), "favourite", "favorite")
	}
	return fold(a) == fold(b)
}

// notes lists what is known about the user.
func (l *library) notes(c *chat) (reply, bool) {
	var list []string
	if name := l.userName(c); name != "" {
		list = append(list, "- Your name is "+name+".")
	}
	users := c.users()
	for _, text := range users[:len(users)-1] {
		text = clip(text, 2000)
		if m := l.patterns["note"].FindStringSubmatch(text); m != nil {
			list = append(list, "- "+upperFirst(plain(m[1]))+".")
			continue
		}
		for _, m := range l.patterns["fact"].FindAllStringSubmatch(text, -1) {
			if !strings.EqualFold(m[1], "name") {
				list = append(list, "- Your "+plain(m[1])+" is "+plain(m[2])+".")
			}
		}
	}
	if len(list) == 0 {
		return reply{text: "Nothing yet. I only know what this conversation says.", small: true}, true
	}
	return reply{text: "This is what you told me:\n\n" + strings.Join(list, "\n"), small: true}, true
}
