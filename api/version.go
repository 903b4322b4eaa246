package api

// Versions of the API. A Client speaks DefaultVersion unless its Version says
// otherwise; the later one differs in these points:
//
//   - an API key goes into the Authorization header;
//   - temperature, top_p and top_k are gone: setting one is a *FieldError;
//   - the API refuses a document directly in an assistant message, and
//     citations in the text of a user message: these are sent, and refused;
//   - files and skills need no beta, and beta requests no "?beta=true";
//   - there are no text completions.
const (
	Version2023 = "2023-06-01"
	Version2026 = "2026-10-21"
)

// FieldError refuses a request before it is sent, for what one field holds. It
// is of kind ErrInvalidRequest.
type FieldError struct {
	Field string // as the API calls it: "max_tokens"
	Err   error
}

func (e *FieldError) Error() string {
	if e.Err == nil {
		return "api: " + e.Field + ": is refused"
	}
	return "api: " + e.Field + ": " + e.Err.Error()
}

func (e *FieldError) Unwrap() error { return e.Err }

// Is makes the error one of kind ErrInvalidRequest.
func (e *FieldError) Is(target error) bool { return target == ErrInvalidRequest }
