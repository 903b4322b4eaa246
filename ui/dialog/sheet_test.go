package dialog

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"parlor/session"
	"parlor/themes"
	"parlor/ui/action"
)

// opus takes no temperature and five efforts.
func opus(p session.Params, param string) session.Support {
	switch param {
	case "temperature":
		return session.Support{Reason: "fixed by this model", Instead: "use effort, or switch to sonnet-4-6"}
	case "effort":
		return session.Support{OK: true, Choices: []string{"low", "medium", "high", "xhigh", "max"}, Default: "high"}
	case "thinking":
		s := session.Support{OK: true, Choices: []string{"adaptive"}, Default: "on"}
		if p.Thinking.Mode == "off" {
			s.OK, s.Reason, s.Instead = false, "this model always thinks", "use a lower effort"
		}
		return s
	}
	return session.Support{OK: true, Default: "16000", Reason: "up to 128000"}
}

// sonnet takes everything.
func sonnet(_ session.Params, param string) session.Support {
	switch param {
	case "temperature":
		return session.Support{OK: true, Default: "1"}
	case "effort":
		return session.Support{Reason: "not taken by this model", Instead: "set a thinking budget, or switch the model"}
	case "thinking":
		return session.Support{OK: true, Choices: []string{"budget", "off"}, Default: "off"}
	}
	return session.Support{OK: true, Reason: "up to 64000"}
}

func (d *driver) params() session.Params {
	d.t.Helper()
	if len(d.last) != 1 || d.last[0].ID != SetParams {
		d.t.Fatalf("no change of parameters: %+v", d.last)
	}
	return d.last[0].Value.(session.Params)
}

func TestParamsOfAModelWithoutTemperature(t *testing.T) {
	warm := 0.7
	s := NewParams(session.Params{Model: "claude-opus-5-5", Temperature: &warm, System: "Terse reviewer\nsecond"}, opus, look(true))
	s.SetNote("Next request loses the cache: about $0.38 more.")
	d := drive(t, s)
	d.shows("This conversation", "▸ Model         opus-5-5", "fixed by this model; 0.7 is kept for others",
		"low ─ medium ─(high)─ xhigh ─ max", "the model's own (on)", "16,000", "up to 128,000", "“Terse reviewer”", "loses the cache")
	d.press("down").shows("Use effort, or switch to sonnet-4-6.").press("left", "right", "enter").did()
	d.press("down", "right")
	if got := d.params().Effort; got != "xhigh" {
		t.Fatalf("effort %q", got)
	}
	d.shows("high ─[xhigh]─ max").press("delete")
	if got := d.params().Effort; got != "" {
		t.Fatalf("effort %q", got)
	}
	d.press("left", "left").shows("[low]").press("left").shows("(high)")
	d.press("down", "right").shows("adaptive").press("enter", "ctrl+u").typ("off").press("enter").shows("this model always thinks", "Use a lower effort.")
	d.press("up", "up", "up", "enter").did(act(Close, ""), act(PickModel, ""))
	d.press("up", "enter").did(act(Close, ""), act(EditSystem, "")).press("esc").did(act(Close, ""))
}

func TestParamsTypedValues(t *testing.T) {
	d := drive(t, NewParams(session.Params{Model: "claude-sonnet-4-6"}, sonnet, look(true)))
	d.shows("the model's own", "default 1", "not taken by this model", "none")
	d.press("down", "right")
	if p := d.params(); *p.Temperature != 0 {
		t.Fatalf("temperature %v", *p.Temperature)
	}
	d.press("right", "right", "right").shows("Temperature   0.3").typ("0.75").caretAt(22, 2)
	d.press("enter").shows("Temperature   0.75").press("enter", "ctrl+u").typ("1.5").press("enter").did().shows("Temperature is a number from 0 to 1.")
	d.press("esc").shows("0.75").hides("is a number").press("backspace")
	if d.params().Temperature != nil {
		t.Fatal("temperature was not unset")
	}
	d.press("left").did().press("down", "enter", "right").did()
	d.press("down", "right").shows("up to 4,096 tokens").typ("9,000").press("enter").shows("up to 9,000 tokens")
	d.press("enter", "ctrl+u").typ("7").press("enter").shows("at least 1,024").press("ctrl+u").typ("adaptive").press("enter").shows("adaptive")
	d.press("right").shows("up to 4,096").press("right").shows("Thinking      off")
	d.press("down", "right").shows("32,000").press("left", "left").shows("8,192").typ("5").send(tea.PasteMsg{Content: "0_0"}).press("enter").shows("Max tokens    500")
	d.press("enter", "ctrl+u", "enter").shows("16,000").press("enter").typ("x").press("enter").shows("whole number").press("esc")
	d.click(5, 1).shows("▸ Model").click(5, 1).did(act(Close, ""), act(PickModel, ""))
	d.click(5, 5).wheel(tea.MouseWheelUp).shows("32,000")
}

func TestConfirm(t *testing.T) {
	do := action.Action{ID: "purge", Arg: "c1"}
	q := Question{Title: "Delete for good", Text: "It cannot be brought back.", Yes: "Delete", No: "Keep", Danger: true, Action: do}
	d := drive(t, NewConfirm(q, look(true)))
	d.shows("[ Keep ]", "  Delete  ").press("enter").did(act(Close, ""))
	d.press("left").shows("[ Delete ]").press("enter").did(act(Close, ""), do)
	d.press("tab", "tab", "right").shows("[ Keep ]").press("y").did(act(Close, ""), do).press("n").did(act(Close, "")).press("esc").did(act(Close, ""))
	d.click(3, 3).did(act(Close, ""), do).click(15, 3).did(act(Close, "")).click(30, 3).did().click(3, 1).did()
	d.width, d.height = 20, 5
	q.Text = strings.Repeat("long ", 50)
	drive(t, NewConfirm(q, look(true))).shows("[ Keep ]")
}

func TestFootKeepsTheWayOutWhereItIsNarrow(t *testing.T) {
	all := themes.Builtin()
	for _, width := range []int{120, 40} {
		for _, dialog := range []Dialog{
			NewThemePicker(all, all[0].Name, true, look(true)),
			NewTextPrompt(Prompt{Title: "Rename", Does: "rename"}, look(true)),
			NewConfirm(Question{Text: "Sure?"}, look(true)),
			NewModelPicker(models(), "", look(true)),
		} {
			d := drive(t, dialog)
			d.width, d.height = width, 12
			d.shows("enter ", "esc ")
		}
	}
}

func TestNarrowSheetTellsAModelsOwnEffort(t *testing.T) {
	d := drive(t, NewParams(session.Params{Model: "claude-opus-5-5"}, opus, look(true)))
	d.width, d.height = 40, 12
	d.shows("the model's own (").press("down", "down", "right").shows("‹ ")
}

func TestClosedRowOffersNoKeyThatDoesNothing(t *testing.T) {
	d := drive(t, NewParams(session.Params{Model: "claude-opus-5-5"}, opus, look(true)))
	d.press("down").shows("▸ Temperature", "↑↓ rows   esc close").hides("change", "default")
	d.press("right", "delete").did().press("down").shows("▸ Effort", "←→ change   del default   esc close")
}

func TestErrorDetails(t *testing.T) {
	f := session.Failure{
		Kind: "rate_limit", Message: "Rate limited by the API (output tokens).", Hint: "Try again in 12 s.",
		Status: 429, RequestID: "req_011CX", RetryAt: today(), Detail: strings.Repeat("a line of detail\n", 40),
	}
	d := drive(t, NewErrorDetails(f, look(true)))
	d.shows("Rate limited by the API", "Try again in 12 s.", "Request    req_011CX", "429", "14:30:00", "a line of detail", "1-18 of 48")
	d.press("c")
	if len(d.last) != 1 || d.last[0].ID != CopyText || !strings.Contains(d.last[0].Arg, "Request: req_011CX") {
		t.Fatalf("copied %+v", d.last)
	}
	d.press("pgdown").shows("19-36 of 48").press("pgdown", "down").shows("31-48 of 48").wheel(tea.MouseWheelUp).shows("28-45")
	d.press("ctrl+home").shows("1-18").press("enter").did(act(Close, ""))
	drive(t, NewKeyConflicts([]string{"ctrl+n is bound to both A and B."}, look(true))).shows("Key conflicts", "both A and B")
}

func TestFirstRun(t *testing.T) {
	d := drive(t, NewFirstRun(look(true)))
	d.shows("Welcome to parlor", "▸ Paste an API key", "Nothing has been sent").press("up").shows("▸ Try the demo").press("enter").did(act(StartDemo, ""))
	d.press("down", "enter").shows("API key").send(tea.PasteMsg{Content: "sk-ant-secret\r\n"}).shows("•••••••••••••").hides("secret")
	d.press("enter").did(act(LoginKey, "sk-ant-secret"))
	d.Dialog.(*FirstRun).SetProblem("The server refused this key.")
	d.shows("refused this key").press("backspace").hides("refused").press("ctrl+u", "enter").did().shows("Paste a key first")
	d.typ("two words").press("enter").did().shows("no spaces")
	d.press("esc").did().shows("▸ Paste an API key").press("down", "enter").shows("Server")
	d.typ("localhost").press("enter").did().shows("begins with http").press("ctrl+u").typ("https://me:pw@h").press("enter").shows("Leave the password out")
	d.press("ctrl+u").typ("http://localhost:11434").press("enter").did(act(LoginURL, "http://localhost:11434"))
	d.press("esc", "esc").did(act(Close, ""))
	d.click(4, 8).did(act(StartDemo, ""))
}

func TestTextPrompt(t *testing.T) {
	d := drive(t, NewTextPrompt(Prompt{Title: "Rename", Text: "old 漢字", Action: "conversation.rename", Value: "id"}, look(true)))
	d.shows("› old 漢字").caretAt(12, 1).press("left").caretAt(10, 1).press("backspace", "end").typ("!")
	d.press("enter").did(action.Action{ID: "conversation.rename", Arg: "old 字!", Value: "id"})
	d.press("ctrl+u").send(tea.PasteMsg{Content: "a\x1b[31m\nb\t\xffc"}).press("enter").did(action.Action{ID: "conversation.rename", Arg: "a[31m b c", Value: "id"})
	d.press("ctrl+u", "enter").did().press("esc").did(act(Close, ""))
	d.typ(strings.Repeat("漢", 60)).press("home").caretAt(4, 1).press("end")
	d.send(tea.PasteMsg{Content: strings.Repeat("x", 10<<20)})
}

func TestThemePickerPreviews(t *testing.T) {
	all := themes.Builtin()
	d := drive(t, NewThemePicker(all, all[1].Name, true, look(true)))
	d.shows("▸ " + all[1].Title + " •").press("down").did(act(PreviewTheme, all[2].Name)).press("up").did(act(PreviewTheme, all[1].Name))
	d.press("up", "enter").did(act(SetTheme, all[0].Name)).press("esc").did(act(Close, ""))
	d.typ(all[2].Title).did().press("enter").did(act(SetTheme, all[2].Name))
}

func TestStack(t *testing.T) {
	var s Stack
	if s.Top() != nil || s.Pop() != nil || s.View(80, 24) != "" || s.Cursor(80, 24) != nil || s.Wants(keyOf("a")) {
		t.Fatal("an empty stack is not empty")
	}
	s.SetKeys(map[action.ID][]string{Close: {"q"}})
	s.Push(NewFirstRun(look(true)))
	s.PushQuiet(NewConfirm(Question{Text: "Sure?"}, look(true)))
	if _, acts := s.Update(keyOf("enter")); acts != nil || !s.Quiet() || s.Len() != 2 {
		t.Fatalf("a quiet dialog took a key: %+v", acts)
	}
	s.Ready()
	if _, acts := s.Update(keyOf("q")); len(acts) != 1 || acts[0].ID != Close {
		t.Fatalf("got %+v", acts)
	}
	s.SetStyles(look(false))
	if s.Pop().ID() != "confirm" || s.Top().ID() != "first-run" || s.Quiet() {
		t.Fatal("Pop took the wrong dialog")
	}
	s.Push(NewNotice("n", "x", look(true)))
	s.CloseFirstRun()
	if s.Len() != 1 || s.Top().ID() != "notice" {
		t.Fatal("the first-run screen is still there")
	}
	if s.Clear(); s.Len() != 0 {
		t.Fatal("not cleared")
	}
	for _, info := range Actions() {
		if info.ID == "" || info.Title == "" || info.Context != action.Dialog {
			t.Errorf("%+v is not complete", info)
		}
	}
}
