package dialog

import (
	"fmt"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"parlor/session"
	"parlor/themes"
	"parlor/ui/styles"
)

// gallery is one dialog of each kind, in a state worth looking at.
func gallery(t *testing.T, st *styles.Styles) map[string]Dialog {
	warm := 0.7
	talks := summaries()
	talks[3].Title = "Notes on arenas" // what hostile titles look like is for term to say
	p := session.Params{Model: "claude-opus-5-5", Temperature: &warm, Effort: "high", System: "Terse reviewer"}
	params := NewParams(p, opus, st)
	params.at = rowEffort
	params.SetNote("Next request loses the cache: about $0.38 more.")
	typing := NewParams(session.Params{Model: "claude-sonnet-4-6"}, sonnet, st)
	drive(t, typing).press("down").typ("1.5").press("enter")
	filtered := NewBrowser(talks, true, today(), st)
	drive(t, filtered).typ("an")
	renaming := NewBrowser(talks, false, today(), st)
	drive(t, renaming).press("down", "ctrl+r")
	deleted := NewBrowser(talks, false, today(), st)
	drive(t, deleted).press("delete")
	key := NewFirstRun(st)
	drive(t, key).press("enter").typ("sk-ant-1")
	return map[string]Dialog{
		"palette": NewPalette(infos(), st), "help": NewHelp(infos(), st),
		"models": NewModelPicker(models(), "claude-sonnet-4-6", st), "themes": NewThemePicker(themes.Builtin()[:6], "parlor", true, st),
		"browser": NewBrowser(talks, false, today(), st), "browser-filter": filtered,
		"browser-rename": renaming, "browser-delete": deleted, "browser-empty": NewBrowser(nil, false, today(), st),
		"params": params, "params-typing": typing, "first-run": NewFirstRun(st), "first-run-key": key,
		"confirm": NewConfirm(Question{Title: "Delete for good", Text: "Lifetimes in Rust and its 42 messages cannot be brought back.", Yes: "Delete", No: "Keep", Danger: true}, st),
		"error": NewErrorDetails(session.Failure{
			Kind: "rate_limit", Message: "Rate limited by the API (output tokens).", Hint: "Trying again later helps; so does a smaller model.",
			Status: 429, RequestID: "req_011CXabcdef", RetryAt: today(), Detail: `{"type":"error","error":{"type":"rate_limit_error","message":"This request would exceed your rate limit"}}`,
		}, st),
		"prompt": NewTextPrompt(Prompt{Title: "Rename", Does: "rename", Text: "Lifetimes in Rust", Hint: "The title of this conversation."}, st),
	}
}

func TestGolden(t *testing.T) {
	for _, dark := range []bool{true, false} {
		for _, size := range [][2]int{{80, 24}, {40, 12}} {
			for name, d := range gallery(t, look(dark)) {
				t.Run(fmt.Sprintf("%s/%dx%d/dark=%v", name, size[0], size[1], dark), func(t *testing.T) {
					dr := &driver{t: t, Dialog: d, width: size[0], height: size[1]}
					dr.screen()
					golden.RequireEqual(t, []byte(d.View(size[0], size[1])))
				})
			}
		}
	}
}

// TestEverySize draws everything on every small screen, without colour too.
func TestEverySize(t *testing.T) {
	plain := styles.New(themes.Default(), true, styles.Options{NoColor: true})
	for name, d := range gallery(t, plain) {
		t.Run(name, func(t *testing.T) {
			for _, w := range []int{0, 1, 2, 3, 4, 5, 7, 10, 19, 20, 21, 33, 40, 43, 44, 47, 60, 64, 68, 79, 80, 84, 89, 200} {
				for _, h := range []int{0, 1, 2, 3, 4, 5, 6, 8, 12, 17, 18, 30} {
					dr := &driver{t: t, Dialog: d, width: w, height: h}
					if w == 0 || h == 0 {
						d.View(w, h)
						continue
					}
					dr.screen()
				}
			}
		})
	}
}
