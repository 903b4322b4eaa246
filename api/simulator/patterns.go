package simulator

import "regexp"

// patterns are compiled once for a simulator.
func patterns() map[string]*regexp.Regexp {
	word := `(\p{L}[\p{L}\p{M}'’-]*(?: \p{Lu}[\p{L}\p{M}'’-]+)?)`
	source := map[string]string{
		"echo":     `(?is)^(?:please )?(?:say|repeat after me|repeat|echo)[: ]+(.{1,400})$`,
		"sum":      `(?i)^(?:what(?:'s|’s| is)|calculate|compute|how much is)?\s*(-?\d+(?:\.\d+)?)\s*([-+*/x×÷−])\s*(-?\d+(?:\.\d+)?)\s*[?=.]*$`,
		"name":     `(?i:\bmy name is|\bmy name's|\bi am called|\bi'm called|\bplease call me|^call me|\bich hei(?:ß|ss)e|\bje m'appelle|\bme llamo)\s+` + word,
		"iam":      `^(?:[Hh]i|[Hh]ello|[Hh]ey)?[,! ]*(?:I am|I'm|I’m) (\p{Lu}[\p{L}\p{M}'’-]+)`,
		"nameCJK":  `(?:我叫|我的名字是|私の名前は)([\p{Han}\p{Hiragana}\p{Katakana}]{1,6}?)(?:です|[。,，.!！\s]|$)`,
		"askName":  `(?i)\b(?:what(?:'s|’s|s| is| was) my name|who am i\b|(?:know|remember|recall) my name|wie hei(?:ß|ss)e ich)|我叫什么|我的名字是什么|私の名前は何`,
		"fact":     `(?i)\bmy ((?:favou?rite )?\p{L}[\p{L} ]{1,28}?) (?:is|are) (?:called |named )?([^.!?\n]{1,80})`,
		"askFact":  `(?i)\bwhat(?:'s|’s| is| was| are) my ((?:favou?rite )?\p{L}[\p{L} ]{1,28}?)\s*(?:\?|$|again)`,
		"note":     `(?i)(?:^|please )(?:remember(?: that|:)?|keep in mind(?: that|:)?|note(?: that|:)) ([^?\n]{3,160}[^?.!\n])`,
		"askNote":  `(?i)\bwhat (?:did|have|do) (?:i|you) (?:ask you to |asked you to |told you to |tell you to )?(?:remember|know about me)|what did i (?:ask|tell) you to remember`,
		"askFirst": `(?i)\b(?:what (?:did i (?:say|ask)|was) (?:you )?(?:my )?(?:very )?first|my first (?:message|question))`,
		"askLast":  `(?i)\bwhat (?:did i (?:just |last )(?:say|ask)|was my (?:last|previous) (?:message|question))`,
		"start":    `(?i)\b(?:start|begin|open|prefix) (?:\p{L}+ ){0,4}(?:with|by)[: ]+["“'«]([^"”'»\n]{1,60})["”'»]`,
		"end":      `(?i)\b(?:end|finish|close|sign) (?:\p{L}+ ){0,4}(?:with|by|off with|as)[: ]+["“'«]([^"”'»\n]{1,60})["”'»]`,
		"persona":  `(?i)\byou(?: a|')re ((?:an? |the )?[\p{L}][\p{L} '-]{2,50})`,
		"terse":    `(?i)\b(?:terse|terse(?:ly)?|concise(?:ly)?|brief(?:ly)?|short answers?|be short|succinct(?:ly)?|laconic|(?:one|a single) sentence|few words)\b`,
	}
	compiled := make(map[string]*regexp.Regexp, len(source))
	for name, pattern := range source {
		compiled[name] = regexp.MustCompile(pattern)
	}
	return compiled
}
