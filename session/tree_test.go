package session

import (
	"math/rand/v2"
	"slices"
	"testing"
	"testing/quick"

	"parlor/store"
)

// randomTree grows a conversation the way people do: answer, edit, regenerate,
// continue, go back and go on.
func randomTree(seed uint64, size int) []store.Node {
	rng := rand.New(rand.NewPCG(seed, 1))
	nodes := []store.Node{{ID: 1, Role: "user", State: "complete"}}
	for id := int64(2); id <= int64(size); id++ {
		at := nodes[rng.IntN(len(nodes))]
		n := store.Node{ID: id, Parent: at.ID, State: "complete", Role: "user"}
		switch {
		case at.Role == "user":
			n.Role = "assistant"
		case rng.IntN(3) == 0:
			n.Role, n.Continues = "assistant", at.ID
			if at.Continues != 0 {
				n.Continues = at.Continues
			}
		case rng.IntN(6) == 0:
			n.Parent = at.Parent // another answer at the same place
			n.Role, n.Continues = "assistant", at.Continues
		}
		nodes = append(nodes, n)
	}
	return nodes
}

func TestEveryBranchOfATreeIsWholeAndInOrder(t *testing.T) {
	holds := func(seed uint64, raw uint8) bool {
		nodes := randomTree(seed, int(raw)+1)
		shuffled := slices.Clone(nodes)
		tr := newTree(nodes)
		for _, n := range shuffled {
			branch := tr.branch(n.ID)
			if branch[len(branch)-1] != n.ID || tr[branch[0]].parent != 0 {
				return false
			}
			for i := 1; i < len(branch); i++ {
				if tr[branch[i]].parent != branch[i-1] {
					return false
				}
			}
			if !slices.Equal(slices.Concat(tr.groups(branch)...), branch) {
				return false
			}
			for _, g := range tr.groups(branch) {
				for _, part := range g[1:] {
					if tr.first(part) != g[0] {
						return false
					}
				}
			}
		}
		return true
	}
	if err := quick.Check(holds, nil); err != nil {
		t.Fatal(err)
	}
}

func TestFlippingThereAndBackShowsTheSameLeafAgain(t *testing.T) {
	holds := func(seed uint64, raw uint8) bool {
		nodes := randomTree(seed, int(raw)+2)
		tr := newTree(nodes)
		rng := rand.New(rand.NewPCG(seed, 2))
		for range 20 {
			leaf := tr.below(nodes[rng.IntN(len(nodes))].ID)
			tr.show(leaf)
			branch := tr.branch(leaf)
			here := branch[rng.IntN(len(branch))]
			alternatives := tr.alternatives(here)
			if tr[here].continues == 0 && !slices.Contains(alternatives, here) {
				return false
			}
			for _, other := range alternatives {
				tr.show(tr.below(other))
				if other != here && slices.Contains(tr.branch(tr.below(other)), here) {
					return false // two alternatives on one branch
				}
			}
			tr.show(tr.below(here))
			if tr.below(here) != leaf {
				return false
			}
		}
		return true
	}
	if err := quick.Check(holds, nil); err != nil {
		t.Fatal(err)
	}
}

func TestADamagedTreeLosesNothing(t *testing.T) {
	tr := newTree([]store.Node{
		{ID: 5, Parent: 99, Role: "user"},
		{ID: 6, Parent: 5, Role: "assistant", Continues: 77},
		{ID: 6, Parent: 5, Role: "assistant"},
	})
	if got := tr.branch(6); !slices.Equal(got, []int64{5, 6}) {
		t.Errorf("branch = %v", got)
	}
	if got := tr.alternatives(5); !slices.Equal(got, []int64{5}) {
		t.Errorf("alternatives = %v", got)
	}
}
