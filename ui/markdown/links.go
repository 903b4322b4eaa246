package markdown

// links knows the link reference definitions of a document and who asked for them.
type links struct {
	defined map[string]definedLink
	tail    []string // labels defined by leaves that may still change
	users   map[string]map[int]bool
}

// definedLink is a definition and the leaf it stands in.
type definedLink struct {
	url  string
	leaf int
}

// use looks up a label for leaf i and remembers that it asked.
func (x *links) use(label string, i int) (string, bool) {
	if x.users == nil {
		x.users = map[string]map[int]bool{}
	}
	if x.users[label] == nil {
		x.users[label] = map[int]bool{}
	}
	x.users[label][i] = true
	l, ok := x.defined[label]
	return l.url, ok
}

// forgetUses forgets who asked, when everything is rendered anew.
func (x *links) forgetUses() { x.users = nil }

// define brings the definitions up to date with the leaves from index from on, and makes
// the units that asked for a label that changed render again: those and no others.
func (d *Document) define(from int) {
	x := &d.links
	var before map[string]string
	for _, label := range x.tail {
		if l, ok := x.defined[label]; ok && l.leaf >= from {
			if before == nil {
				before = map[string]string{}
			}
			before[label] = l.url
			delete(x.defined, label)
		}
	}
	x.tail = x.tail[:0]
	for i := from; i < len(d.views); i++ {
		for _, def := range d.views[i].defines.list {
			if x.defined == nil {
				x.defined = map[string]definedLink{}
			}
			if _, ok := x.defined[def.label]; ok {
				continue // the first one counts
			}
			x.defined[def.label] = definedLink{def.url, i}
			if i >= d.scan.settled() {
				x.tail = append(x.tail, def.label)
			}
			if url, ok := before[def.label]; !ok || url != def.url {
				d.reask(def.label)
			}
			delete(before, def.label)
		}
	}
	for label := range before {
		d.reask(label)
	}
}

// reask makes the leaves that asked for a label render again.
func (d *Document) reask(label string) {
	for i := range d.links.users[label] {
		if i >= len(d.views) {
			continue
		}
		v := &d.views[i]
		v.drop()
		for k := v.unit; k < v.unit+v.units; k++ {
			if d.units[k].Lines != nil {
				d.units[k].Lines = nil
				d.mark(k)
			}
		}
	}
}
