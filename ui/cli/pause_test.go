package cli_test

import (
	"strings"
	"testing"

	"parlor/api/simulator"
)

// An answer that pauses is resumed by itself; -p prints all of it before it ends.
func TestAPausedAnswerIsPrintedToItsEnd(t *testing.T) {
	pauses := simulator.Script{Text: "more ", StopReason: "pause_turn", Times: 3, SkipChecks: true}
	s := newShell(t, pauses, simulator.Script{Text: "the end", SkipChecks: true})
	if out := s.run("-p", "go").ok(); out != "more more more the end\n" {
		t.Errorf("got %q", out)
	}
	if out := s.run("show", "talk1", "--json").ok(); strings.Contains(out, `"interrupted"`) {
		t.Errorf("%s", out)
	}
}
