package bench_test

import (
	"errors"
	"os/exec"
	"testing"

	"parlor/bench"
)

// A terminal that lies would let a broken program pass, so it is tried on one that is
// known.
func TestTerminalShowsTypesAndAnswers(t *testing.T) {
	// The shell asks the terminal where the cursor is (CSI 6n) and reads the answer.
	const script = `stty raw -echo; printf 'plain \033[31mred\033[0m\033[3;5Hthere\033[6n'
		answer=$(dd bs=1 count=7 2>/dev/null); printf '\r\n%s' "${answer#?}"
		key=$(dd bs=1 count=1 2>/dev/null); printf ' key=%s' "$key"; exit 3`
	term := start(t, []string{"PATH=/usr/bin:/bin", "TERM=xterm"}, "/bin/sh", "-c", script)
	expect(t, term, "plain red", "    there", "[3;10R")
	send(t, term, "q")
	expect(t, term, "key=q")

	err := term.AwaitExit(patience)
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 3 {
		t.Errorf("ended with %v, want exit code 3", err)
	}
	if err := term.AwaitText(patience, "never"); !errors.Is(err, bench.ErrEnded) {
		t.Errorf("waiting for what a dead program did not write: %v", err)
	}
}

func TestStartSaysWhatCannotBeStarted(t *testing.T) {
	if _, err := bench.Start(t.Context(), 80, 24, nil, t.TempDir(), "/no/such/program"); err == nil {
		t.Error("a program that does not exist was started")
	}
}
