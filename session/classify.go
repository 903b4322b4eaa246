package session

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"parlor/api"
)

// This file is the one place that reads the words of an error. It may do so
// for two questions only: which of our own parameters was refused, and is the
// conversation too long.

// refusal is one parameter that a server refused.
type refusal struct {
	param    string // as in facts.refused, or thinkingBlocks
	limit    int    // of max_tokens
	remember bool   // it will be refused the next time too
}

// thinkingBlocks stands for the thinking of earlier turns, which a server may
// find not to fit.
const thinkingBlocks = "thinking blocks"

// spellings are the words by which a refusal names a parameter, the most
// particular parameter first.
func spellings() []struct{ param, pattern string } {
	return []struct{ param, pattern string }{
		{"temperature", `\btemperature\b`},
		{"top_p", `\btop_p\b`},
		{"top_k", `\btop_k\b`},
		{"effort", `\beffort\b|\boutput_config\b`},
		{"thinking.display", `\bthinking\.(\w+\.)?display\b`},
		{"thinking", `\bthinking\b`},
		{"cache_control", `\bcache_control\b`},
		{"stop_sequences", `\bstop_sequences\b`},
		{"max_tokens", `\bmax_tokens\b`},
	}
}

// refusedParam finds the parameter among sent that a 400 is about. ok is false
// when it is about none of them.
func refusedParam(err error, sent []string) (r refusal, ok bool) {
	var e *api.Error
	if !errors.As(err, &e) || !errors.Is(err, api.ErrInvalidRequest) || e.Status < 400 || e.Status > 499 {
		return refusal{}, false
	}
	text := e.Message
	if _, _, tooLong := tooLong(text); tooLong {
		return refusal{}, false
	}
	if strings.HasPrefix(text, "messages.") { // about the content, not a parameter
		return refusal{param: thinkingBlocks}, contains(text, `\b(thinking|signature)\b`) && slices.Contains(sent, thinkingBlocks)
	}
	return named(text, sent)
}

// named picks the parameter that text names first.
func named(text string, sent []string) (r refusal, ok bool) {
	first, count := len(text), 0
	for _, s := range spellings() {
		at := regexp.MustCompile(s.pattern).FindStringIndex(text)
		if at == nil || !slices.Contains(sent, s.param) {
			continue
		}
		limit := 0
		if s.param == "max_tokens" {
			if limit = limitIn(text); limit == 0 {
				continue // it cannot be left out, so it must be known how far down
			}
		}
		count++
		if at[0] < first {
			first, r = at[0], refusal{param: s.param, limit: limit}
		}
	}
	// "temperature and top_p cannot both be given" is about the pair: the one
	// fewer people use goes, and only this time.
	if count > 1 && contains(text, `\btop_p\b`) && contains(text, `\btemperature\b`) && slices.Contains(sent, "top_p") {
		return refusal{param: "top_p"}, true
	}
	r.remember = count == 1
	return r, count > 0
}

func contains(text, pattern string) bool { return regexp.MustCompile(pattern).MatchString(text) }

// limitIn reads the limit from "max_tokens: 64000 > 8192, which is the maximum".
func limitIn(text string) int {
	found := regexp.MustCompile(`\d+\s*(?:>|exceeds|is greater than)\D*?(\d+)`).FindStringSubmatch(text)
	if found == nil {
		return 0
	}
	n, err := strconv.Atoi(found[1])
	if err != nil || n < 1 {
		return 0
	}
	return n
}

// tooLong tells whether a refusal says that the conversation does not fit, and
// how many tokens it has of how many, where that is told.
func tooLong(text string) (tokens, window int, ok bool) {
	counts := regexp.MustCompile(`(\d+)(?:\s*\+\s*\d+)?(?: tokens)?\s*>\s*(\d+)`).FindStringSubmatch(text)
	if !contains(text, `(?i)prompt is too long|context[ _](length|window|limit|size)|maximum context`) {
		return 0, 0, false
	}
	if counts != nil {
		tokens, _ = strconv.Atoi(counts[1])
		window, _ = strconv.Atoi(counts[2])
	}
	return tokens, window, true
}

// sentParams names what a request carries that could be refused, in the words
// of refusedParam.
func sentParams(req *api.MessageRequest) (sent []string) {
	add := func(there bool, param string) {
		if there {
			sent = append(sent, param)
		}
	}
	add(req.Temperature != nil, "temperature")
	add(req.TopP != nil, "top_p")
	add(req.TopK != nil, "top_k")
	add(req.OutputConfig != nil && req.OutputConfig.Effort != "", "effort")
	add(req.Thinking != nil, "thinking")
	add(req.Thinking != nil && req.Thinking.Display != "", "thinking.display")
	add(req.CacheControl != nil, "cache_control")
	add(len(req.StopSequences) > 0, "stop_sequences")
	add(true, "max_tokens")
	for _, m := range req.Messages {
		if m.Role == roleAssistant && slices.ContainsFunc(m.Content, isThinking) {
			return append(sent, thinkingBlocks)
		}
	}
	return sent
}
