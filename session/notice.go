package session

import "slices"

// keptNotices is how many notices a conversation remembers.
const keptNotices = 20

// notice is a Notice and what it is about; of one key there is one at a time.
type notice struct {
	Notice
	key string
}

func shown(list []notice) []Notice {
	if len(list) == 0 {
		return nil
	}
	out := make([]Notice, len(list))
	for i, n := range list {
		out[i] = n.Notice
	}
	return out
}

// notify tells the user something. With a key it replaces what was told under
// that key, and telling the same again tells nothing.
func (c *Conversation) notify(key string, n Notice) {
	c.mu.Lock()
	at := slices.IndexFunc(c.notices, func(old notice) bool { return key != "" && old.key == key })
	if at >= 0 && c.notices[at].Text == n.Text {
		c.mu.Unlock()
		return
	}
	list := slices.Clone(c.notices)
	if at >= 0 {
		list = slices.Delete(list, at, at+1)
	}
	n.Seq = c.bump()
	list = append(list, notice{Notice: n, key: key})
	if len(list) > keptNotices {
		list = list[1:]
	}
	c.notices = list
	c.mu.Unlock()
	c.signal()
}

// resolve takes back what was told under key and says that it is over.
func (c *Conversation) resolve(key, over string) {
	c.mu.Lock()
	at := slices.IndexFunc(c.notices, func(n notice) bool { return n.key == key })
	if at < 0 {
		c.mu.Unlock()
		return
	}
	list := slices.Delete(slices.Clone(c.notices), at, at+1)
	c.notices = append(list, notice{Notice: Notice{Seq: c.bump(), Level: "info", Text: over}})
	c.mu.Unlock()
	c.signal()
}
