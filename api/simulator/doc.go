// Package simulator is the Claude API on loopback: an [http.Handler] and a small server that answer as the real API
// does, for the demo, for tests, and for anyone who tests an API client of their own.
//
// It is as strict about requests as the API is: headers, unknown fields, what each model refuses, cache breakpoints,
// tool results, sizes. It counts tokens from the text, remembers prompt prefixes so that cache usage grows as it would,
// and streams with pings and cumulative usage. A test pushes a [Script] to decide what comes back, byte for byte if it
// must; without one the simulator chats by itself, from what the request says and nothing else.
//
// Message batches are in progress for a few seconds of the clock, or until [Simulator.AdvanceBatches] moves them, and
// answer as messages do. Files and skills are kept in memory; a file that can be downloaded comes from
// [Simulator.PutFile]. Old and new shapes go by the beta headers, as they do at the API. What the API's documents leave
// open is a guess: most wordings of errors, what a read-only skill or the last version of one answers, and that results
// are not found while a batch is in progress. Text completions are only served if [Options] ask for it.
//
// The same seed and the same sequence of requests give the same bytes. Time and sleep are fields of [Options].
//
// What to say to it: "overload" and "rate limit me" are refused once and then answered, "refuse" is declined ("refuse
// midway" after a third), "break midway", "cut midway", "reset midway" and "hang midway" fail in the middle, "slow",
// "fast" and "long" do what they say. Names and facts told earlier in the request are remembered. The texts are
// replies/*.md, each with a head that names the words it answers to, and lines/*.txt.
//
// The package must not import the client it serves, nor the client's model catalogue: a type that is wrong there would
// pass against itself here. Its model facts and replies are embedded from this folder. It never listens on anything
// but loopback and never calls out.
package simulator
