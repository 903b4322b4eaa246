package session

// Stall holds back the work of the manager that is not a turn's own, such as
// a title's beginning, until release is called.
func (m *Manager) Stall() (release func()) {
	m.mu.Lock()
	return m.mu.Unlock
}

// Stall holds back what changes the conversation until release is called.
func (c *Conversation) Stall() (release func()) {
	c.ops.Lock()
	return c.ops.Unlock
}
