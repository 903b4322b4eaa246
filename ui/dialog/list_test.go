package dialog

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"parlor/ui/action"
)

func TestPaletteFiltersAndRuns(t *testing.T) {
	d := drive(t, NewPalette(infos(), look(true)))
	d.shows("Commands", "▸ New conversation", "/open", "ctrl+l", "enter run").hides("Line down")
	d.typ("cop").shows("▸ Copy a message", "1 of 6").hides("New conversation").caretAt(7, 1)
	d.press("enter").did(act(RunAction, "message.copy"))
	d.press("ctrl+u").shows("type to filter").typ("/model").shows("▸ Switch the model")
	d.press("ctrl+u").typ("zzz").shows("Nothing matches.", "0 of 6").press("enter").did()
	d.press("esc").did(act(Close, ""))
}

func TestListMoves(t *testing.T) {
	d := drive(t, NewPalette(infos(), look(true)))
	d.press("down").shows("▸ Open a").press("up", "up").shows("▸ Stop the answer")
	d.press("down").shows("▸ New").press("ctrl+end").shows("▸ Stop").press("ctrl+home").shows("▸ New")
	d.press("tab").shows("▸ Open a").press("shift+tab").shows("▸ New")
	d.wheel(tea.MouseWheelDown).shows("▸ Set the temp").wheel(tea.MouseWheelUp).wheel(tea.MouseWheelUp).shows("▸ New")
	d.click(5, 4).did(act(RunAction, "conversation.open"))
	d.click(5, 15).did()
}

func TestLongListScrolls(t *testing.T) {
	var all []action.Info
	for i := range 500 {
		all = append(all, action.Info{ID: action.ID(fmt.Sprint(i)), Title: fmt.Sprintf("Action %03d", i)})
	}
	d := drive(t, NewPalette(all, look(true)))
	d.press("pgdown").shows("Action 015").hides("Action 017").press("pgdown").shows("▸ Action 030").hides("Action 013")
	d.press("ctrl+end").shows("▸ Action 499").press("pgup").shows("▸ Action 484")
	d.press("down", "down").shows("▸ Action 486", "500")
	d.typ("077").shows("▸ Action 077")
}

func TestHelpShowsGroups(t *testing.T) {
	d := drive(t, NewHelp(infos(), look(true)))
	d.shows("Conversation", "Moving", "j down", "/model  ctrl+l", "Copy a message as markdown").hides("Stop the answer")
	d.typ("line").shows("▸ Line down").hides("Moving")
	d.width, d.height = 40, 12
	d.press("ctrl+u").shows("Conversation", "▸ New conversation", "/new")
	d.press("ctrl+end").shows("Moving", "▸ Line down")
}

func TestModelPicker(t *testing.T) {
	d := drive(t, NewModelPicker(models(), "claude-sonnet-4-6", look(true)))
	d.shows("▸ Claude Sonnet 4.6 •", "200k  $3 / $15", "takes temperature", "legacy", "retired", "1M  $5 / $25", "  llama-local")
	d.press("enter").did(act(SetModel, "claude-sonnet-4-6"))
	d.typ("opus").shows("▸ Claude Opus", "Use opus").press("down", "down").shows("▸ Use opus").press("enter").did(act(SetModel, "opus"))
	d.press("ctrl+u").typ("my-model-1").shows("▸ Use my-model-1", "sent as typed").press("enter").did(act(SetModel, "my-model-1"))
	d.press("ctrl+u").typ("llama-local").shows("▸ llama-local").hides("Use llama")
	d.press("ctrl+u").typ("a b").hides("Use")
	drive(t, NewModelPicker(nil, "", look(true))).shows("No models are known.").typ("x").press("enter").did(act(SetModel, "x"))
}

func TestNothingFromOutsideReachesTheTerminal(t *testing.T) {
	ms := models()
	ms[0].Name = "bad\x1b]52;c;eA==\x07name\u202e"
	for _, d := range []Dialog{
		NewModelPicker(ms, "", look(true)),
		NewBrowser(summaries(), false, today(), look(true)),
		NewNotice("t", "a\x1b[2Jb\u202ec\x07", look(true)),
	} {
		view := d.View(80, 24)
		for _, bad := range []string{"\x1b]52", "\x07", "\u202e", "\x1b[2J"} {
			if strings.Contains(view, bad) {
				t.Errorf("%s: %q reaches the terminal", d.ID(), bad)
			}
		}
	}
}
