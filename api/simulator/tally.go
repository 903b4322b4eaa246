package simulator

import "sync"

// maxTally is how many conversations are remembered for the sake of variety.
const maxTally = 10_000

// tally counts how often the same thing was asked, so that asking again is answered differently.
type tally struct {
	mu    sync.Mutex
	times map[uint64]int
}

func newTally() *tally { return &tally{times: map[uint64]int{}} }

// count returns how often the key was counted before.
func (t *tally) count(key uint64) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.times) >= maxTally {
		clear(t.times)
	}
	n := t.times[key]
	t.times[key] = n + 1
	return n
}
