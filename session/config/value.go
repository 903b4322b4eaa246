package config

import (
	"fmt"
	"math"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// value is what a source says about a key: text from a flag or a variable, or
// what TOML made of it.
type value struct {
	raw  any
	text bool   // raw is a string that stands for any type
	base string // folder that relative paths start from
	home string // what "~/" means
}

// invalid is why a value was not taken.
type invalid struct{ message, fix string }

func (e *invalid) Error() string { return e.message }

func wrong(v value, what, fix string) error {
	return &invalid{fmt.Sprintf("%s is not %s", quote(v.raw), what), fix}
}

// quote shows a value short enough for a sentence.
func quote(raw any) string {
	s, ok := raw.(string)
	if !ok {
		s = fmt.Sprint(raw)
	}
	if r := []rune(s); len(r) > 40 {
		s = string(r[:40]) + "…"
	}
	if ok {
		return strconv.Quote(s)
	}
	return s
}

func (v value) str() (string, error) {
	if s, ok := v.raw.(string); ok {
		return s, nil
	}
	return "", wrong(v, "text", `put it in quotes`)
}

func (v value) boolean() (bool, error) {
	if b, ok := v.raw.(bool); ok {
		return b, nil
	}
	if s, ok := v.raw.(string); ok && v.text {
		switch strings.ToLower(s) {
		case "true", "yes", "on", "1":
			return true, nil
		case "false", "no", "off", "0":
			return false, nil
		}
	}
	return false, wrong(v, "true or false", "write true or false")
}

func (v value) integer(least, most int, example string) (int, error) {
	fix := fmt.Sprintf("write a whole number of at least %d, such as %s", least, example)
	if most < math.MaxInt32 {
		fix = fmt.Sprintf("write a whole number from %d to %d, such as %s", least, most, example)
	}
	var n int64
	switch raw := v.raw.(type) {
	case int64:
		n = raw
	case string:
		parsed, err := strconv.ParseInt(strings.ReplaceAll(raw, ",", ""), 10, 64)
		if err != nil || !v.text {
			return 0, wrong(v, "a whole number", fix)
		}
		n = parsed
	default:
		return 0, wrong(v, "a whole number", fix)
	}
	if n < int64(least) || n > int64(most) {
		return 0, &invalid{fmt.Sprintf("%d is out of range", n), fix}
	}
	return int(n), nil
}

// fraction takes a number from 0 to 1.
func (v value) fraction(example string) (float64, error) {
	fix := "write a number from 0 to 1, such as " + example
	var x float64
	switch raw := v.raw.(type) {
	case float64:
		x = raw
	case int64:
		x = float64(raw)
	case string:
		parsed, err := strconv.ParseFloat(raw, 64)
		if err != nil || !v.text {
			return 0, wrong(v, "a number", fix)
		}
		x = parsed
	default:
		return 0, wrong(v, "a number", fix)
	}
	if !(x >= 0 && x <= 1) { // written so that NaN is refused too
		return 0, &invalid{strconv.FormatFloat(x, 'g', -1, 64) + " is out of range", fix}
	}
	return x, nil
}

func (v value) duration() (time.Duration, error) {
	const fix = `write a time such as "90s" or "10m", or "none"`
	var d time.Duration
	switch raw := v.raw.(type) {
	case int64:
		if raw > int64(math.MaxInt64/time.Second) || raw <= 0 {
			return 0, wrong(v, "a length of time", fix)
		}
		d = time.Duration(raw) * time.Second
	case string:
		if raw == "none" {
			return -1, nil
		}
		parsed, err := time.ParseDuration(raw)
		if err != nil {
			return 0, wrong(v, "a length of time", fix)
		}
		d = parsed
	default:
		return 0, wrong(v, "a length of time", fix)
	}
	if d <= 0 {
		return 0, wrong(v, "a length of time", fix)
	}
	return d, nil
}

func (v value) choice(allowed ...string) (string, error) {
	s, err := v.str()
	if err != nil {
		return "", err
	}
	for _, a := range allowed {
		if s == a {
			return s, nil
		}
	}
	if allowed[0] == "" { // not set is no choice to name
		allowed = allowed[1:]
	}
	return "", wrong(v, "one of "+strings.Join(allowed, ", "), "write one of them")
}

// path takes a file name; "~/" and relative names are resolved.
func (v value) path() (string, error) {
	s, err := v.str()
	if err != nil || s == "" {
		return "", err
	}
	if strings.ContainsRune(s, 0) {
		return "", wrong(v, "a file name", "remove the NUL character")
	}
	if rest, ok := strings.CutPrefix(filepath.ToSlash(s), "~/"); ok && v.home != "" {
		return filepath.Join(v.home, rest), nil
	}
	if !filepath.IsAbs(s) && v.base != "" {
		return filepath.Join(v.base, s), nil
	}
	return filepath.Clean(s), nil
}

// address takes an absolute http or https URL.
func (v value) address(schemes ...string) (string, error) {
	s, err := v.str()
	if err != nil || s == "" {
		return "", err
	}
	u, err := url.Parse(strings.TrimSpace(s))
	if err == nil && u.Host != "" {
		for _, scheme := range schemes {
			if u.Scheme == scheme {
				return strings.TrimSpace(s), nil
			}
		}
	}
	return "", &invalid{"this is not a web address", "write it in full, such as https://api.anthropic.com"}
}

// masked is an address without the password it may carry.
func masked(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return s
	}
	return u.Redacted()
}
