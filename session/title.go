package session

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"parlor/api"
	"parlor/store"
)

// Who gave a conversation its title.
const (
	titleByWords = "words" // the first words of the prompt
	titleByModel = "model"
	titleByUser  = "user"
)

// titleSystem asks for a title and nothing else.
const titleSystem = "Write a title for the conversation that is shown to you: two to six words, in its language, " +
	"without quotation marks and without a full stop. Answer with the title only."

const (
	titleRunes   = 60 // the longest title that is made by itself
	titleInput   = 2000
	titleTokens  = 64
	titleTimeout = 30 * time.Second
)

// wordsTitle is made of the first words of a prompt.
func wordsTitle(text string) string {
	return shorten(strings.Join(strings.Fields(text), " "), titleRunes)
}

// shorten cuts between words where it can.
func shorten(s string, runes int) string {
	if utf8.RuneCountInString(s) <= runes {
		return s
	}
	cut := string([]rune(s)[:runes-1])
	if at := strings.LastIndexFunc(cut, unicode.IsSpace); at > len(cut)/2 {
		cut = cut[:at]
	}
	return strings.TrimRight(cut, " .,;:") + "…"
}

// titleWithin is how many messages a branch may have when its title is still
// worth a request.
const titleWithin = 6

// wantTitle tells whether the conversation's title may be replaced by a
// better one. The caller holds mu.
func (c *Conversation) wantTitle() bool {
	return c.m.opt.TitleModel != "" && c.titleSource == titleByWords && !c.titled && len(c.path) <= titleWithin
}

// makeTitle asks the title model once, off the way of the conversation. When
// it cannot or will not, the first words stay.
func (c *Conversation) makeTitle(prompt, reply string) {
	ctx, cancel := context.WithTimeout(c.m.ctx, titleTimeout)
	defer cancel()
	title, err := c.m.askTitle(ctx, prompt, reply)
	if err != nil {
		c.m.opt.Logger.InfoContext(ctx, "no title from the model", "error", err)
		return
	}
	if title == "" {
		return
	}
	if err := c.saveTitle(ctx, title); err != nil {
		c.m.opt.Logger.WarnContext(ctx, "title not saved", "error", err)
	}
}

// saveTitle stores the title unless somebody named the conversation meanwhile,
// here or in another process.
func (c *Conversation) saveTitle(ctx context.Context, title string) error {
	c.ops.Lock()
	defer c.ops.Unlock()
	row, err := c.db.Conversation(ctx, c.id)
	if err != nil || row.TitleSource != titleByWords {
		return err
	}
	source := titleByModel
	if err := c.db.UpdateConversation(ctx, c.id, store.ConversationPatch{Title: &title, TitleSource: &source}); err != nil {
		return err
	}
	c.change(func() { c.title, c.titleSource = title, source })
	return nil
}

// askTitle gives "" where the server has no such model.
func (m *Manager) askTitle(ctx context.Context, prompt, reply string) (string, error) {
	client, model := m.Client(), m.opt.TitleModel
	m.locate(ctx, client)
	key := m.origin(client) + " " + model
	if m.hasNoTitles(key) || !m.mayHave(ctx, client, model) {
		return "", nil
	}
	f := m.facts(client, model)
	f.noCache = true
	req := &api.MessageRequest{Model: model}
	applyParams(req, Params{Model: model, MaxTokens: titleTokens, Thinking: Thinking{Mode: "off"}}, f)
	if req.Thinking != nil && req.Thinking.Type == "adaptive" {
		req.MaxTokens = 1024 // it thinks before it writes
	}
	req.System = []api.Block{api.NewText(titleSystem)}
	req.Messages = []api.MessageParam{api.UserText(
		"<prompt>\n" + shorten(prompt, titleInput) + "\n</prompt>\n<answer>\n" + shorten(reply, titleInput) + "\n</answer>\nThe title:")}
	answer, err := client.CreateMessage(ctx, req, api.WithMaxRetries(1))
	if err != nil {
		if errors.Is(err, api.ErrNotFound) || errors.Is(err, api.ErrInvalidRequest) || errors.Is(err, api.ErrPermission) {
			m.giveUpTitles(key)
		}
		return "", err
	}
	if answer.StopReason == api.StopRefusal {
		return "", nil
	}
	return titleFrom(answer.Text()), nil
}

func (m *Manager) hasNoTitles(key string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.noTitle[key]
}

func (m *Manager) giveUpTitles(key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.noTitle[key] = true
}

// mayHave is false when the server's list, where there is one, lacks the model.
func (m *Manager) mayHave(ctx context.Context, client *api.Client, model string) bool {
	list, ok := m.storedList(ctx, client)
	if !ok || len(list.Models) == 0 {
		return true
	}
	for _, l := range list.Models {
		if l.ID == model || capsOf(l.ID).known && capsOf(l.ID).ID == model {
			return true
		}
	}
	return false
}

// titleFrom takes the first line that says something and what models like to
// put around it away.
func titleFrom(text string) string {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(line), "#"))
		line = strings.TrimPrefix(line, "Title:")
		line = strings.Trim(line, " \t\"'“”„«»*`.")
		if line = cleanTitle(line); line != "" {
			return shorten(line, titleRunes)
		}
	}
	return ""
}
