package session

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"parlor/api"
	"parlor/store"
)

func TestEveryErrorIsExplainedInSentences(t *testing.T) {
	_, missing := store.Open(context.Background(), store.Options{Path: filepath.Join("/dev/null", "parlor.db")})
	for name, test := range map[string]struct {
		err  error
		kind string
		says string
	}{
		"busy":       {fmt.Errorf("retry: %w", ErrBusy), "busy", "still arriving"},
		"input":      {&InputError{"The message is not valid UTF-8 at byte 3."}, "input", "byte 3"},
		"parameter":  {(Params{Model: "m", MaxTokens: -1}).Validate(), "input", "Max tokens"},
		"full":       {&store.Error{Op: "begin turn", Kind: store.ErrFull, Err: errors.New("x")}, "database", "disk is full"},
		"newer":      {&store.Error{Op: "open", Path: "/x.db", Kind: store.ErrNewer, Err: &store.NewerError{File: 9, Known: 1}}, "database", "/x.db was written by a newer parlor: it has format 9"},
		"folder":     {missing, "database", "cannot be opened"},
		"other":      {&store.Error{Op: "list", Err: errors.New("odd thing")}, "database", "odd thing."},
		"not there":  {store.ErrNotFound, "not_found", "not there"},
		"server":     {&api.Error{Status: 429, Type: "rate_limit_error", Host: "example.com"}, "rate_limit", "Rate limited by example.com"},
		"no key":     {api.ErrNoCredential, "authentication", "no API key"},
		"cancelled":  {context.Canceled, "cancelled", "cancelled"},
		"unforeseen": {errors.New("something"), "error", "something"},
	} {
		f := Explain(test.err)
		if f == nil || f.Kind != test.kind || !strings.Contains(f.Message, test.says) {
			t.Errorf("%s: %+v", name, f)
			continue
		}
		if !strings.HasSuffix(f.Message, ".") || strings.HasSuffix(f.Message, "..") || strings.Contains(f.Message+f.Hint, "!") || f.Detail == "" {
			t.Errorf("%s: %q %q", name, f.Message, f.Hint)
		}
	}
	if Explain(nil) != nil {
		t.Error("nothing is explained")
	}
}
