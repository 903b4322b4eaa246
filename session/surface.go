package session

import (
	"context"
	"encoding/json"
	"errors"

	"parlor/api"
)

var errUnbuilt = errors.New("not there yet")

// Manager opens, lists and keeps conversations.
type Manager struct{ opt Options }

// NewManager returns a manager.
func NewManager(o Options) *Manager { return &Manager{opt: o.withDefaults()} }

func (m *Manager) Close(ctx context.Context) error { return nil }
func (m *Manager) SetClient(c *api.Client)         {}
func (m *Manager) Client() *api.Client             { return m.opt.Client }
func (m *Manager) New(ctx context.Context, p Params) (*Conversation, error) {
	return nil, errUnbuilt
}
func (m *Manager) NewPrivate(ctx context.Context, p Params) (*Conversation, error) {
	return nil, errUnbuilt
}
func (m *Manager) Open(ctx context.Context, id string) (*Conversation, error) {
	return nil, errUnbuilt
}
func (m *Manager) Last(ctx context.Context) (string, error) { return "", errUnbuilt }
func (m *Manager) List(ctx context.Context, f Filter) ([]Summary, error) {
	return nil, errUnbuilt
}
func (m *Manager) Find(ctx context.Context, query string) ([]Summary, error) {
	return nil, errUnbuilt
}
func (m *Manager) Rename(ctx context.Context, id, title string) error { return errUnbuilt }
func (m *Manager) Delete(ctx context.Context, id string) error        { return errUnbuilt }
func (m *Manager) Restore(ctx context.Context, id string) error       { return errUnbuilt }
func (m *Manager) Purge(ctx context.Context, id string) error         { return errUnbuilt }
func (m *Manager) Models(ctx context.Context) ([]ModelInfo, error)    { return nil, errUnbuilt }
func (m *Manager) Supports(p Params, param string) Support            { return Support{OK: true} }
func (m *Manager) ResolveModel(text string) (id string, known bool)   { return text, false }
func (m *Manager) History(ctx context.Context, n int) ([]string, error) {
	return nil, errUnbuilt
}
func (m *Manager) Setting(ctx context.Context, key string) (string, bool, error) {
	return "", false, errUnbuilt
}
func (m *Manager) SetSetting(ctx context.Context, key, value string) error { return errUnbuilt }
func (m *Manager) Interrupted(ctx context.Context) ([]Summary, error)      { return nil, errUnbuilt }
func (m *Manager) Transcript(ctx context.Context, id string) (Summary, Params, []*Message, error) {
	return Summary{}, Params{}, nil, errUnbuilt
}

// Conversation is one open conversation.
type Conversation struct{ id string }

func (c *Conversation) ID() string             { return c.id }
func (c *Conversation) Private() bool          { return false }
func (c *Conversation) Snapshot() Snapshot     { return Snapshot{} }
func (c *Conversation) Dirty() <-chan struct{} { return nil }
func (c *Conversation) Messages(ctx context.Context, ids []int64) ([]*Message, error) {
	return nil, errUnbuilt
}
func (c *Conversation) Send(ctx context.Context, out Outgoing) (queued bool, err error) {
	return false, errUnbuilt
}
func (c *Conversation) Retry(ctx context.Context, messageID int64) error { return errUnbuilt }
func (c *Conversation) Edit(ctx context.Context, messageID int64, out Outgoing) error {
	return errUnbuilt
}
func (c *Conversation) Continue(ctx context.Context, messageID int64) error { return errUnbuilt }
func (c *Conversation) Flip(ctx context.Context, messageID int64, step int) error {
	return errUnbuilt
}
func (c *Conversation) Stop()                                                {}
func (c *Conversation) SetParams(ctx context.Context, p Params) error        { return errUnbuilt }
func (c *Conversation) Rename(ctx context.Context, title string) error       { return errUnbuilt }
func (c *Conversation) SetView(ctx context.Context, v json.RawMessage) error { return errUnbuilt }
func (c *Conversation) SaveDraft(ctx context.Context, edit int64, body json.RawMessage) error {
	return errUnbuilt
}
func (c *Conversation) Draft(ctx context.Context) (edit int64, body json.RawMessage, err error) {
	return 0, nil, errUnbuilt
}
func (c *Conversation) Unqueue(ctx context.Context, id int64) (Outgoing, error) {
	return Outgoing{}, errUnbuilt
}
func (c *Conversation) Markdown(ctx context.Context, messageID int64) (string, error) {
	return "", errUnbuilt
}
func (c *Conversation) Close() error { return nil }
