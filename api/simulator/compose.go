package simulator

type library struct{}

func loadLibrary() *library { return &library{} }

type tally struct{}

func newTally() *tally { return &tally{} }
func (s *Simulator) compose(q *request) *plan {
	return &plan{Script: Script{Text: "Hello from the simulator: " + q.lastUser()}}
}
