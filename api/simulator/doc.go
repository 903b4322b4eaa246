// Package simulator is the Claude API on loopback: an [http.Handler] and a small server that answer as the real API
// does, for the demo, for tests, and for anyone who tests an API client of their own.
//
// It is as strict about requests as the API is: headers, betas, unknown fields, what each model refuses, tools, content
// blocks, cache breakpoints, sizes. It counts tokens from the text, remembers prompt prefixes so that cache usage grows
// as it would, and streams with pings and cumulative usage. A test pushes a [Script] to decide what comes back, byte for
// byte if it must; without one the simulator answers by itself, from what the request says and little else.
//
// The same seed and the same sequence of requests give the same bytes. Time and sleep are fields of [Options]. What a
// stream tells is what the answer in one piece tells, and every answer is accepted when it is sent back.
//
// # What to say to it
//
// The words are looked for in the last message of the user's that has any text; results of tools have none.
//
//	overload, rate limit me       it is refused once (529, 429) and then answered
//	break, cut, reset, hang       with "midway": the answer fails in its middle
//	slow, fast, long              it does that
//	a title                       a title, if max_tokens is at most 1024
//	names, facts                  are remembered from the request
//
// Tools of the caller's, where the request has any:
//
//	get_weather                   a tool's name: it is called, with input that satisfies the schema
//	get_weather {"city":"Bern"}   ... with that input; twice with input means two calls
//	get_weather for "Bern"        ... with that string; names after in, for, of and about serve as well
//	get_time and get_weather      two calls in one answer
//	get_weather three times       three calls in one answer; also: twice, 5 times
//	a, then b                     one call an answer; also: one after another, or disable_parallel_tool_use
//	get_weather forever           a call in each answer, without an end
//	use a tool                    the first one is called
//	tool_choice any, tool         a call in each answer, as in reality: such a loop does not end by itself
//	(results)                     the answer quotes them, errors as failures, and ends the turn
//	screenshot                    the member of a toolset, with toolset_name
//	(a deferred tool)             is searched for first, if there is a tool search
//	(allowed_callers: code only)  is called out of code_execution, whose result comes with the next answer
//
// Tools of the server, by name or meaning. The answer holds the use, its result and a text about it:
//
//	web_search, search the web    three pages, cited; for "...": that query
//	web_fetch, fetch https://...  a page; cited if the tool wants it; without a URL: url_not_in_prior_context
//	code_execution, run code      bash, with what stands in a fence or between backticks: echo, print and exit work
//	... make a file               an output file, which can be downloaded
//	text_editor_code_execution    view; create and replace by these words
//	tool_search_tool_bm25, _regex the deferred tools
//	advisor, ask the advisor      advice; redacted: advice that cannot be read
//	(an MCP server or tool)       mcp_tool_use and its result; fails: with is_error
//	unavailable, query_too_long   any error code of the tool: the tool fails with it
//	pause                         pause_turn after the first of them; pause forever: after each
//
// What goes with parameters:
//
//	citations enabled             up to three passages of the sources, those with most words of the prompt first
//	output_config.format          JSON that satisfies the schema
//	thinking                      as the model does it, not about small talk; redacted: a redacted block
//	compaction                    a signed summary, alone
//	compact_20260112              beyond the trigger a summary first
//	clear_tool_uses, _thinking    are made, and told in applied_edits
//	diagnostics                   what changed since the answer named
//	thread                        the conversation is held, under the id of the answer
//	container                     is used for code, or made
//
// Refusals:
//
//	refuse                        the model declines before it says anything
//	refuse midway                 ... after a third of the answer
//	refuse, opus and fable        only models of these lines decline; fable, mythos, opus, sonnet, haiku
//	refuse everywhere, always     fallback models decline, too; otherwise they accept, and so does a retry with a token
//	refuse cyber                  the category: cyber, bio, frontier llm, reasoning extraction; nameless: none
//	refuse silently               without stop_details
//	refuse, busy                  no fallback is tried, one is recommended
//
// The strings that the vendor documents for tests of refusals and redacted thinking work as well. The texts are
// replies/*.md, each with a head that names the words it answers to, and lines/*.txt.
//
// # Scripts
//
// A [Script] replaces the answer, or with Natural only what happens to it on the way. Its Blocks may be of any type: text
// with citations, uses of tools, compactions and thinking are streamed in their deltas, all others come whole.
// Signatures and redacted data in it are accepted when they come back. Fields sets members of the message object that
// have no field of their own.
//
// # Resources
//
// Message batches are in progress for a few seconds of the clock, or until [Simulator.AdvanceBatches] moves them, and
// answer as messages do. Files and skills are kept in memory; a file that can be downloaded comes from
// [Simulator.PutFile]. Old and new shapes go by the beta headers, as they do at the API. Text completions are only served
// if [Options] ask for it.
//
// # What is a guess
//
// The API's documents leave much open, and comments say "not confirmed" where this package had to decide. Above all:
// the wording of errors; what a read-only skill or the last version of one answers, and that results are not found while
// a batch is in progress; which models may stand in for which; how usage is spread over iterations; what a fallback
// credit token is compared with (the values of the fields that shape the prompt, not the bytes of the body); that
// thinking is checked against the conversation before it only with the beta of binding controls; what display "updates"
// looks like; that a refused turn leaves its thread as it was. Sticky fallback turns, expiring of threads and
// response_inclusion of web tools are left out: the first go through the whole chain each time, the others have no effect.
//
// The package must not import the client it serves, nor the client's model catalogue: a type that is wrong there would
// pass against itself here. Its model facts, tools, block shapes and replies are embedded from this folder. It never
// listens on anything but loopback and never calls out.
package simulator
