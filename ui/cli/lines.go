package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"parlor/session"
)

// lines is parlor on a terminal that cannot address its screen: read a line,
// print the answer, and so on. A line that ends with a backslash goes on.
func (a *app) lines(ctx context.Context, prompt string) error {
	c, err := a.conversation(ctx)
	if err != nil {
		return err
	}
	if err := a.greet(c); err != nil {
		return err
	}
	input := a.readLines(ctx)
	for {
		text := prompt
		prompt = ""
		if text == "" {
			if err := a.printf("> "); err != nil {
				return err
			}
			if text, err = nextText(ctx, input); err != nil {
				if errors.Is(err, io.EOF) {
					return a.printf("\n")
				}
				return err
			}
		}
		switch text = strings.TrimSpace(text); {
		case text == "":
			continue
		case text == "/quit":
			return nil
		case strings.HasPrefix(text, "/"):
			err = a.lineCommand(ctx, c, text)
		default:
			err = a.lineTurn(ctx, c, text)
		}
		if err != nil {
			return err
		}
	}
}

func (a *app) greet(c *session.Conversation) error {
	s := c.Snapshot()
	label := ""
	if s.Simulated {
		label = "SIMULATED, "
	}
	return a.printf("parlor, %s%s. /model NAME changes the model, /quit ends.\n", label, a.safe(s.Params.Model))
}

// lineTurn is one turn. A failed one is told and the conversation goes on; an
// interrupted one ends it.
func (a *app) lineTurn(ctx context.Context, c *session.Conversation, text string) error {
	if err := validText(text); err != nil {
		a.tell(sentence(err))
		return nil
	}
	err := a.turn(ctx, c, text, &plainTeller{aside: aside{a}, w: a.env.Stdout})
	if err == nil || ctx.Err() != nil {
		return err
	}
	a.tell(sentence(err))
	return nil
}

func (a *app) lineCommand(ctx context.Context, c *session.Conversation, text string) error {
	name, arg, _ := strings.Cut(text, " ")
	if name != "/model" || strings.TrimSpace(arg) == "" {
		a.tell(fmt.Sprintf("%s is not known here; /model NAME and /quit are.", name))
		return nil
	}
	p := c.Snapshot().Params
	p.Model = resolve(strings.TrimSpace(arg))
	if err := c.SetParams(ctx, p); err != nil {
		a.tell(sentence(err))
		return nil
	}
	return a.printf("%s answers from now on.\n", a.safe(p.Model))
}

// line is one line of input or the end of it.
type line struct {
	text string
	err  error
}

// readLines reads standard input until it ends. Nothing can break off a read
// from a terminal, so the goroutine ends with the input or the process.
func (a *app) readLines(ctx context.Context) <-chan line {
	lines := make(chan line)
	go func() {
		r := bufio.NewReader(a.env.Stdin)
		for {
			text, err := r.ReadString('\n')
			if err != nil && text != "" {
				err = nil // the last line needs no line feed; the end comes next
			}
			select {
			case lines <- line{strings.TrimRight(text, "\r\n"), err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
	return lines
}

// nextText is the next line, with those that follow a trailing backslash.
func nextText(ctx context.Context, input <-chan line) (string, error) {
	var b strings.Builder
	for {
		select {
		case l := <-input:
			if l.err != nil {
				if b.Len() > 0 && errors.Is(l.err, io.EOF) {
					return b.String(), nil
				}
				return "", l.err
			}
			head, more := strings.CutSuffix(l.text, `\`)
			b.WriteString(head)
			if !more {
				return b.String(), nil
			}
			b.WriteString("\n")
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}
