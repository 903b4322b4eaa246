package api

// Versions of the API. A Client speaks DefaultVersion unless its Version says
// otherwise; the later one differs in these points:
//
//   - an API key goes into the Authorization header;
//   - temperature, top_p and top_k are gone: setting one is a *FieldError;
//   - the API refuses a document directly in an assistant message, and
//     citations in the text of a user message: these are sent, and refused;
//   - beta requests need no "?beta=true";
//   - there are no text completions.
//
// Files and skills are asked for without a beta in both. The betas they once had,
// files-api-2025-04-14 and skills-2025-10-02, select the older shapes of their
// objects, which are read as well.
const (
	Version2023 = "2023-06-01"
	Version2026 = "2026-10-21"
)
