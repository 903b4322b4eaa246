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
