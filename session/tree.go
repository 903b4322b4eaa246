package session

import (
	"slices"

	"parlor/store"
)

// node is the skeleton of one message: where it stands, not what it says.
type node struct {
	id, parent, continues int64
	role                  string
	state                 State
	kids                  []int64 // oldest first
	seen                  int64   // the child last shown below this node, 0 for the newest
}

// tree is the skeleton of a conversation. Node 0 is the root above all first
// messages and is no message. A continuation (continues is not 0) is part of
// the message it continues and no alternative of anything.
type tree map[int64]*node

func newTree(nodes []store.Node) tree {
	t := tree{0: {}}
	for _, n := range nodes {
		t.add(node{id: n.ID, parent: n.Parent, continues: n.Continues, role: n.Role, state: State(n.State)})
	}
	return t
}

// add hangs a node below its parent. A node whose parent is unknown becomes a
// first message, so that nothing of a damaged tree is lost; one that is there
// already keeps its place.
func (t tree) add(n node) {
	if n.id == 0 || t[n.id] != nil {
		return
	}
	if t[n.parent] == nil {
		n.parent = 0
	}
	if t[n.continues] == nil {
		n.continues = 0
	}
	n.kids, n.seen = nil, 0
	t[n.id] = &n
	up := t[n.parent]
	at, _ := slices.BinarySearch(up.kids, n.id)
	up.kids = slices.Insert(up.kids, at, n.id)
}

// branch returns the ids from the first message down to leaf.
func (t tree) branch(leaf int64) []int64 {
	var ids []int64
	for n := t[leaf]; n != nil && n.id != 0; n = t[n.parent] {
		ids = append(ids, n.id)
	}
	slices.Reverse(ids)
	return ids
}

// first returns the message that id is a part of: itself, or the one it
// continues.
func (t tree) first(id int64) int64 {
	for n := t[id]; n != nil && n.continues != 0; n = t[n.continues] {
		id = n.continues
	}
	return id
}

// alternatives returns the messages that stand at the same place as id, oldest
// first, itself included. Attempts that failed have nothing to show and are
// none, unless one of them is asked for.
func (t tree) alternatives(id int64) []int64 {
	n := t[id]
	if n == nil || n.id == 0 {
		return nil
	}
	var ids []int64
	for _, kid := range t[n.parent].kids {
		if k := t[kid]; k.continues == 0 && k.role == n.role && (k.state != Failed || kid == id) {
			ids = append(ids, kid)
		}
	}
	return ids
}

// show remembers that leaf's branch is the one looked at.
func (t tree) show(leaf int64) {
	for n := t[leaf]; n != nil && n.id != 0; n = t[n.parent] {
		t[n.parent].seen = n.id
	}
}

// below returns the leaf last shown below id, following the newest child where
// none was shown.
func (t tree) below(id int64) int64 {
	for n := t[id]; n != nil && len(n.kids) > 0; n = t[id] {
		id = n.kids[len(n.kids)-1]
		if n.seen != 0 {
			id = n.seen
		}
	}
	return id
}

// groups cuts a branch into visible messages: each is a message with its
// continuations.
func (t tree) groups(branch []int64) [][]int64 {
	groups := make([][]int64, 0, len(branch))
	for i, start := 0, 0; i < len(branch); i++ {
		if i+1 < len(branch) && t[branch[i+1]].continues != 0 && t.first(branch[i+1]) == branch[start] {
			continue
		}
		groups = append(groups, branch[start:i+1:i+1])
		start = i + 1
	}
	return groups
}
