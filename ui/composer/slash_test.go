package composer

import (
	"slices"
	"strings"
	"testing"

	"parlor/ui/action"
)

func commands() []action.Info {
	return []action.Info{
		{ID: "conversation.new", Title: "New conversation", Slash: "new"},
		{ID: "model.pick", Title: "Switch model", Slash: "model", Args: "[model]"},
		{ID: "max-tokens.set", Title: "Limit the answer", Slash: "max-tokens", Args: "[n]"},
		{ID: "rename", Title: "Rename", Slash: "rename", Args: "<title>"},
		{ID: "nothing", Title: "Has no command"},
	}
}

func slashDriver(t *testing.T) *driver {
	d := drive(t)
	d.SetCommands(commands())
	d.SetArgCompletions(func(cmd, partial string) []string {
		if cmd != "model" {
			return nil
		}
		return slices.DeleteFunc([]string{"opus-5-5", "sonnet-4-6"}, func(s string) bool { return !strings.Contains(s, partial) })
	})
	return d
}

func (d *driver) did(id action.ID, arg string) *driver {
	d.t.Helper()
	if len(d.acts) == 0 {
		d.t.Fatalf("nothing happened, want %s %q", id, arg)
	}
	if got := d.acts[len(d.acts)-1]; got.ID != id || got.Arg != arg {
		d.t.Fatalf("got %+v, want %s %q", got, id, arg)
	}
	return d
}

func TestSlashMenu(t *testing.T) {
	d := slashDriver(t)
	d.typ("/").shows("▸ /new", "  /model [model]", "Switch model", "› /").caretAt(3, 4)
	d.typ("m").shows("▸ /model [model]", "  /max-tokens").hides("/new").hides("/rename")
	d.press("down").shows("▸ /max-tokens").press("down").shows("▸ /model").press("up", "up").shows("▸ /model")
	d.press("tab").holds("/model ").shows("  opus-5-5", "  sonnet-4-6")
	d.typ("son").shows("  sonnet-4-6").hides("opus").press("tab").holds("/model sonnet-4-6").hides("  sonnet-4-6 ")
	d.press("enter").did("model.pick", "sonnet-4-6").holds("")
	d.press("ctrl+_").holds("/model sonnet-4-6")
}

func TestSlashEnterRunsTheSelected(t *testing.T) {
	d := slashDriver(t)
	d.typ("/mod").press("enter").did("model.pick", "").holds("")
	d.typ("/re").press("enter").holds("/rename ")
	d.typ("My  title ").press("enter").did("rename", "My  title")
	d.typ("/model op").press("enter").did("model.pick", "op")
	d.typ("/model ").press("down", "down", "enter").did("model.pick", "sonnet-4-6")
	d.typ("/mxtk").shows("▸ /max-tokens").press("enter").did("max-tokens.set", "")
}

func TestSlashEscClosesUntilTheTextChanges(t *testing.T) {
	d := slashDriver(t)
	d.typ("/").press("esc").hides("/new").holds("/")
	if d.Capturing() {
		t.Fatal("a closed menu captures keys")
	}
	d.typ("n").shows("▸ /new")
}

func TestWhatIsNoCommandIsSent(t *testing.T) {
	for _, text := range []string{"/usr/bin is a folder", "/", "/Who", "// comment", " /new", "1/new", "/new2 x"} {
		d := slashDriver(t)
		d.Insert(text)
		d.press("esc", "enter")
		if got := d.sent().Text; got != text {
			t.Errorf("sent %q, want %q", got, text)
		}
	}
	d := slashDriver(t)
	d.typ("/nonsense at all").press("enter").did(UnknownCommand, "/nonsense").holds("/nonsense at all")
	d.Clear()
	d.typ("/rename a").press("ctrl+j").typ("b").press("enter").did("rename", "a\nb")
}

func TestRecalledCommandDoesNotTrapTheArrows(t *testing.T) {
	d := slashDriver(t)
	d.SetHistory([]string{"/model", "older"})
	d.press("up").shows("› /model").hides("▸").press("up").shows("› older")
}

func TestMenuFitsSmallScreens(t *testing.T) {
	d := slashDriver(t)
	d.SetSize(40, 4)
	d.typ("/").shows("▸ /new", "› /")
	if d.Height() != 4 {
		t.Fatalf("height %d", d.Height())
	}
	d.press("down", "down", "down").shows("▸ /rename <title>").press("down").shows("▸ /new")
}

func TestClaimsOnlyTheKeysItNeeds(t *testing.T) {
	d := slashDriver(t)
	d.SetHistory([]string{"old"})
	claims := func(want bool, keys ...string) {
		t.Helper()
		for _, k := range keys {
			if d.Claims(keyOf(k)) != want {
				t.Errorf("claims %s: %v", k, !want)
			}
		}
	}
	claims(false, "a", "up", "esc", "enter", "tab", "ctrl+c")
	d.typ("/")
	claims(true, "up", "esc", "enter", "tab", "ctrl+c")
	claims(false, "a", "ctrl+q", "ctrl+z", "pgup")
	d.press("ctrl+c").hides("/new").holds("/")
	d.press("ctrl+r")
	claims(true, "a", "1", "up", "esc", "enter", "ctrl+r", "ctrl+c")
	claims(false, "ctrl+q", "ctrl+z", "pgup")
}
