package session

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"parlor/store"
)

// Explain turns any error that this package or the store returned into what
// the user is told; nil for nil. Failures of requests are explained as far as
// the error itself knows the server.
func Explain(err error) *Failure {
	if err == nil {
		return nil
	}
	f := explainSession(err)
	if f == nil {
		f = explainStore(err)
	}
	if f == nil {
		f = failer{ctx: context.Background(), now: time.Now()}.of(err)
	}
	if f.Detail == "" {
		f.Detail = err.Error()
	}
	return f
}

func explainSession(err error) *Failure {
	var (
		input *InputError
		param *ParamError
	)
	switch {
	case errors.As(err, &input):
		return &Failure{Kind: "input", Message: input.Message}
	case errors.As(err, &param):
		return &Failure{Kind: "input", Message: param.Message}
	case errors.Is(err, ErrNothing):
		return &Failure{Kind: "input", Message: "There is nothing to send."}
	case errors.Is(err, ErrBusy):
		return &Failure{Kind: "busy", Message: "An answer is still arriving.", Hint: "Wait for its end, or stop it with Esc."}
	case errors.Is(err, ErrNoMessage):
		return &Failure{Kind: "input", Message: "There is no message that this could be done with."}
	case errors.Is(err, ErrNoContinue):
		return &Failure{Kind: "input", Message: "This answer cannot be continued.", Hint: "Only the last answer can, when it was cut off."}
	case errors.Is(err, ErrClosed):
		return &Failure{Kind: "closed", Message: "parlor is closing."}
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return &Failure{Kind: "cancelled", Message: "It was cancelled."}
	}
	return nil
}

// explainStore says what is the matter with the database, and that nothing was
// lost by it.
func explainStore(err error) *Failure {
	var newer *store.NewerError
	var failed *store.Error
	file := "The database"
	if errors.As(err, &failed) && failed.Path != "" {
		file = "The database " + failed.Path
	}
	f := &Failure{Kind: "database"}
	switch {
	case errors.As(err, &newer):
		f.Message = fmt.Sprintf("%s was written by a newer parlor: it has format %d, this one knows %d.", file, newer.File, newer.Known)
		f.Hint = "Use the newer parlor, or another file with --db."
	case errors.Is(err, store.ErrFull):
		f.Message, f.Hint = "The disk is full: nothing could be saved.", "Free some space and try again. The text is still here."
	case errors.Is(err, store.ErrReadOnly):
		f.Message, f.Hint = file+" cannot be written.", "Check the permissions of the file and its folder, or name another with --db."
	case errors.Is(err, store.ErrPermission):
		f.Message, f.Hint = file+" cannot be opened: "+oneLine(cause(err).Error())+".", "Check the permissions of its folder, or name another with --db."
	case errors.Is(err, store.ErrBusy):
		f.Message, f.Hint = file+" is locked by another program.", "Try again in a moment."
	case errors.Is(err, store.ErrCorrupt):
		f.Message, f.Hint = file+" is damaged.", "Restore a backup from the folder beside it; /doctor lists them."
	case errors.Is(err, store.ErrNotDatabase):
		f.Message, f.Hint = file+" is not a database of parlor.", "Name another file with --db."
	case errors.Is(err, store.ErrNotFound):
		f.Kind, f.Message = "not_found", "It is not there, or no longer."
	case failed != nil:
		f.Message, f.Hint = strings.TrimSuffix("The database failed: "+oneLine(err.Error()), ".")+".", "Try again; /doctor checks the database."
	default:
		return nil
	}
	return f
}
