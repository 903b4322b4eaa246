package api_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parlor/api"
)

// What was shown of a stream must also be in its message, part by part, even
// where a server forgets to say what kind of block a piece belongs to.
func TestNoPieceOfTextIsLost(t *testing.T) {
	text := piece("0", `{"type":"text_delta","text":"hi"}`)
	for name, c := range map[string]struct {
		events []string
		want   string // the contents of content
	}{
		"the block is null":     {[]string{start("0", `null`), text}, `{"type":"text","text":"hi"}`},
		"its type is null":      {[]string{start("0", `{"type":null,"text":null}`), text}, `{"type":"text","text":"hi"}`},
		"it has no type":        {[]string{start("0", `{"text":"oh "}`), text}, `{"text":"oh hi","type":"text"}`},
		"no piece came for it":  {[]string{start("0", `null`), start("1", `null`)}, ``},
		"thinking in a text":    {[]string{textStart, text, piece("0", `{"type":"thinking_delta","thinking":"hm"}`)}, `{"type":"text","text":"hi","citations":null},{"type":"thinking","thinking":"hm","signature":""}`},
		"text after a thinking": {[]string{start("0", `{"type":"thinking","thinking":"hm"}`), text}, `{"type":"thinking","thinking":"hm"},{"type":"text","text":"hi"}`},
	} {
		stream := streamOf(t, sse(append(append([]string{messageStart}, c.events...), messageDelta, messageStop)...))
		message, err := stream.Final()
		if err != nil {
			t.Fatal(name, err)
		}
		var raws []string
		for i, block := range message.Content {
			raws = append(raws, string(block.Raw))
			if shown := stream.Partial().Block(i); shown.Type != block.Type {
				t.Errorf("%s: block %d was shown as %q and is %q", name, i, shown.Type, block.Type)
			}
		}
		if n := stream.Partial().NumBlocks(); n != len(message.Content) {
			t.Errorf("%s: %d blocks were shown, %d are in the message", name, n, len(message.Content))
		}
		sameJSON(t, name, []byte("["+strings.Join(raws, ",")+"]"), []byte("["+c.want+"]"))
	}
}

func TestImpossibleTokenCountsAreNotCounted(t *testing.T) {
	message := accumulated(t,
		`{"type":"message_start","message":{"usage":{"input_tokens":9223372036854775807,"cache_read_input_tokens":-7,"output_tokens":3}}}`,
		`{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":-99,"cache_creation":{"ephemeral_1h_input_tokens":1e300}}}`,
		messageStop)
	if got, want := fmt.Sprintf("%+v", message.Usage), fmt.Sprintf("%+v", api.Usage{OutputTokens: 3}); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Very many members, blocks and indexes take time that grows with
// their number, not with its square.
func TestGiantEventsAreReadInTime(t *testing.T) {
	var members, blocks strings.Builder
	const many = 60_000
	for i := range many {
		fmt.Fprintf(&members, `,"k%d":%d`, i, i)
	}
	for i := range many / 2 {
		blocks.WriteString(sse(start(fmt.Sprint(i), `{"type":"text","text":""}`), piece("0", `{"type":"text_delta","text":"x"}`)))
	}
	began := time.Now()
	message := accumulated(t, messageStart, textStart, textDelta("hi"),
		`{"type":"message_delta","delta":{"stop_reason":"end_turn"}`+members.String()+`}`, messageStop)
	if message.Text() != "hi" || !bytes.Contains(message.Raw, []byte(`"k59999":59999`)) {
		t.Error("members are missing")
	}
	message, err := streamOf(t, sse(messageStart)+blocks.String()+sse(messageDelta, messageStop)).Final()
	if err != nil || len(message.Text()) != many/2 {
		t.Errorf("%d bytes, %v", len(message.Text()), err)
	}
	if took := time.Since(began); took > 15*time.Second {
		t.Errorf("took %s", took)
	}
}

func TestAnotherProtocolIsRecognised(t *testing.T) {
	for name, c := range map[string]struct {
		body     string
		preview  string // "" means: this is our protocol, cut short
		mistaken bool
	}{
		"chat completions":     {"data: {\"object\":\"chat.completion.chunk\"}\n\ndata: [DONE]\n\n", `data: {"object"`, true},
		"a page":               {"<!DOCTYPE html>\n<title>Sign in</title>", "<!DOCTYPE html>", true},
		"a page in one line":   {"<html></html>", "<html>", true},
		"our own, nothing yet": {"", "", false},
		"our own, cut":         {"event: message_start\ndata: {\"ty", "", false},
		"our own, a ping only": {"event: ping\ndata: {}\n\n", "", false},
	} {
		_, err := streamOf(t, c.body).Final()
		var decode *api.DecodeError
		if errors.As(err, &decode) != c.mistaken {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if c.mistaken && !strings.HasPrefix(decode.Preview, c.preview) {
			t.Errorf("%s begins with %q", name, decode.Preview)
		}
		if !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s: the stream ended too soon as well: %v", name, err)
		}
	}
}

func TestAnErrorInTheStreamNeedsNoLabel(t *testing.T) {
	message, err := streamOf(t, sse(messageStart, textStart, textDelta("hi"))+
		"data: {\"error\":{\"message\":\"the engine died\",\"code\":500}}\n\n").Final()
	var failed *api.Error
	if !errors.As(err, &failed) || failed.Message != "the engine died" || message.Text() != "hi" {
		t.Errorf("%q, %v", message.Text(), err)
	}
}

// Wherever a server repeats the credential, it goes no further.
func TestACredentialThatComesBackGoesNoFurther(t *testing.T) {
	const key = "sk-ant-secret/key+0123"
	escaped := strings.NewReplacer("/", `\/`, "-", `\u002d`).Replace(key)
	for name, answer := range map[string]func(w http.ResponseWriter){
		"escaped in the message": func(w http.ResponseWriter) {
			answerJSON(w, 400, `{"type":"error","error":{"type":"`+escaped+`","message":"bad key `+escaped+`","code":"`+escaped+`"},"request_id":"`+escaped+`"}`)
		},
		"in the headers": func(w http.ResponseWriter) {
			w.Header().Set("Request-Id", key)
			w.Header().Set("X-Echo", "Bearer "+key)
			w.WriteHeader(400)
		},
		"in the content type": func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "text/"+key)
			io.WriteString(w, "hello")
		},
		"in a redirect": func(w http.ResponseWriter) {
			w.Header().Set("Location", "http://example.com/"+key)
			w.WriteHeader(302)
		},
		"in a failing stream": func(w http.ResponseWriter) {
			answerSSE(w, sse(`{"type":"error","error":{"type":"api_error","message":"`+escaped+`"}}`))
		},
	} {
		s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answer(w) })
		client, _ := newClient(t, s.URL)
		client.APIKey = key
		var log bytes.Buffer
		client.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		stream, err := client.StreamMessage(t.Context(), hello())
		if err == nil {
			_, err = stream.Final()
		}
		if err == nil {
			t.Fatalf("%s: no error", name)
		}
		told := fmt.Sprintf("%v %s", err, log.String())
		var failed *api.Error
		if errors.As(err, &failed) {
			told += fmt.Sprintf("%s %s %s %s %s %v", failed.Raw, failed.Message, failed.Type, failed.Code, failed.RequestID, failed.Header)
		}
		if strings.Contains(told, key) || strings.Contains(told, escaped) {
			t.Errorf("%s: %s", name, told)
		}
	}
}

// What is no answer at all may repeat it, too, and net/http quotes that.
func TestACredentialInABrokenAnswerGoesNoFurther(t *testing.T) {
	const key = "sk-ant-secret-key-0123"
	ok := func(header, body string) string { return "HTTP/1.1 200 OK\r\n" + header + "\r\n" + body }
	for name, answer := range map[string]string{
		"another protocol":    key + "\r\n",
		"a bad status":        "HTTP/1.1 " + key + "\r\n\r\n",
		"a bad header":        ok("X-Api-Key "+key+"\r\n", ""),
		"the name of one":     ok(key+" x: 1\r\n", "oops"),
		"a bad length":        ok("Content-Length: "+key+"\r\n", ""),
		"a bad location":      "HTTP/1.1 302 Found\r\nLocation: http://%zz/" + key + "\r\n\r\n",
		"a bad trailer":       ok("Transfer-Encoding: chunked\r\n", "1\r\n{\r\n0\r\n"+key+"\r\n\r\n"),
		"an object of no use": ok("", `{"echo":"`+key+`"}`),
	} {
		t.Run(name, func(t *testing.T) {
			client, _ := newClient(t, rawServer(t, answer))
			client.APIKey = key
			var log bytes.Buffer
			client.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
			_, err := client.Batch(t.Context(), "b")
			if err == nil || strings.Contains(fmt.Sprintf("%v %s", err, &log), key) {
				t.Errorf("%v, %s", err, &log)
			}
		})
	}
}

// A body without end, a byte at a time, is never silent.
func TestTheBodyOfAFailureIsNotWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for status, line := range map[int]string{401: "no", 200: "<html>\n"} {
			client := virtualClient(func(r *http.Request) (*http.Response, error) {
				resp, err := piped("text/html", func(w io.Writer, r *http.Request) {
					io.WriteString(w, line)
					for pause(r, time.Second) {
						io.WriteString(w, ".")
					}
				})(r)
				resp.StatusCode = status
				return resp, err
			})
			for name, call := range map[string]func() error{
				"stream": func() error { _, err := client.StreamMessage(t.Context(), hello()); return err },
				"upload": func() error {
					_, err := client.UploadFile(t.Context(), api.FileUpload{Content: strings.NewReader("x")}, api.WithTimeouts(api.Timeouts{Total: time.Hour}))
					return err
				},
				"results": func() error { _, err := collect(client.BatchResults(t.Context(), "b")); return err },
			} {
				if status == 200 && name == "upload" {
					continue // an answer, for all that is known, until Timeouts.Total
				}
				began := time.Now()
				err := call()
				var failed *api.Error
				if took := time.Since(began); took > 10*time.Second || status == 401 != errors.As(err, &failed) || err == nil {
					t.Errorf("%s %d took %v: %v", name, status, took, err)
				}
				if failed != nil && !strings.HasPrefix(failed.Message, "no...") {
					t.Errorf("%s: what came is lost: %v", name, err)
				}
			}
		}
	})
}

func TestAFailureInABodyThatCannotBeReadKeepsItsStatus(t *testing.T) {
	for name, body := range map[string]string{"br": "\x0b\x02\x80", "gzip": "\x1f\x8bno", "x-gzip": gzipped("{}")[:5]} {
		s := newServer(t, func(w http.ResponseWriter, _ *http.Request, n int) {
			if n > 0 {
				answerJSON(w, 200, helloAnswer)
				return
			}
			w.Header().Set("Content-Encoding", name)
			w.WriteHeader(529)
			io.WriteString(w, body)
		})
		client, _ := newClient(t, s.URL)
		_, err := client.CreateMessage(t.Context(), hello(), api.OnRetry(func(r api.Retry) {
			if !errors.Is(r.Err, api.ErrOverloaded) {
				t.Errorf("%s: %v", name, r.Err)
			}
		}))
		if err != nil || len(s.received()) != 2 {
			t.Errorf("%s: %d requests, %v", name, len(s.received()), err)
		}
	}
}

// Where in a compressed answer the connection breaks makes no difference.
func TestACompressedAnswerThatBreaksOffIsAskedForAgain(t *testing.T) {
	packed := gzipped(helloAnswer)
	for cut := 2; cut < len(packed); cut++ {
		asked := 0
		client := virtualClient(func(*http.Request) (*http.Response, error) {
			sent := packed
			if asked++; asked == 1 {
				sent = packed[:cut]
			}
			return &http.Response{
				StatusCode: 200, Header: http.Header{"Content-Encoding": {"gzip"}}, Body: io.NopCloser(strings.NewReader(sent)),
			}, nil
		})
		client.MaxRetries, client.Sleep = pointer(1), newClock().Sleep
		if message, err := client.CreateMessage(t.Context(), hello()); err != nil || message.Text() != "Hi" {
			t.Errorf("cut at %d: %v", cut, err)
		}
	}
}

// Gateways have keys of their own.
func TestLogHidesTheKeysOfGateways(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, 200, helloAnswer) })
	client, _ := newClient(t, s.URL)
	var log bytes.Buffer
	client.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	client.Header = http.Header{"Anthropic-Ratelimit-Tokens-Limit": {"shown"}}
	for _, name := range []string{
		"X-Portkey-Api-Key", "X-Goog-Api-Key", "Ocp-Apim-Subscription-Key", "Helicone-Auth", "Cf-Aig-Authorization",
		"X-Credential", "X-Signature", "X-Session-Cookie",
	} {
		client.Header.Set(name, "Bearer hidden")
	}
	if _, err := client.CreateMessage(t.Context(), hello()); err != nil {
		t.Fatal(err)
	}
	if text := log.String(); strings.Contains(text, "hidden") || !strings.Contains(text, "shown") {
		t.Errorf("the log tells too much: %s", text)
	}
}

func TestTheWordsOfAnErrorAreBounded(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
		answerJSON(w, 400, `{"type":"error","error":{"type":"x","message":"`+strings.Repeat("long 長い ", 50_000)+`"}}`)
	})
	client, _ := newClient(t, s.URL)
	_, err := client.CreateMessage(t.Context(), hello())
	var failed *api.Error
	if !errors.As(err, &failed) || len(failed.Message) > 5000 || len(failed.Raw) < 500_000 ||
		!strings.HasPrefix(failed.Message, "long 長い long") || strings.Contains(failed.Message, "\uFFFD") {
		t.Errorf("%d bytes of message", len(failed.Message))
	}
}

func TestARedirectIsNamedWithItsScheme(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		w.Header().Set("Location", "https://"+r.Host+"/v1/messages")
		w.WriteHeader(301)
	})
	client, _ := newClient(t, s.URL)
	_, err := client.CreateMessage(t.Context(), hello())
	if want := strings.Replace(s.URL, "http:", "https:", 1); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("want %s in: %v", want, err)
	}
}

func TestCustomHeadersThatCannotBeSentAreIgnored(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerJSON(w, 200, helloAnswer) })
	client, _ := newClient(t, s.URL)
	client.Getenv = environment(map[string]string{"ANTHROPIC_CUSTOM_HEADERS": "X-Good: b\nX-Bad: a\x01b\nX(Odd): c"})
	if _, err := client.CreateMessage(t.Context(), hello()); err != nil {
		t.Fatal(err)
	}
	if got := s.last(t).Header; got.Get("X-Good") != "b" || got.Get("X-Bad") != "" {
		t.Errorf("%v", got)
	}
}

// limit stands in for that of 32 MiB.
const limit = 1 << 20

// An answer without end would fill the memory. What came until the limit is kept.
func TestAnEndlessAnswerIsCutOff(t *testing.T) {
	piece := sse(textDelta(strings.Repeat("flood ", 10_000)))
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
		answerSSE(w, sse(messageStart, textStart))
		for range 40 {
			if _, err := io.WriteString(w, piece); err != nil {
				return
			}
		}
	})
	client, _ := newClient(t, s.URL)
	stream, err := client.StreamMessage(t.Context(), hello())
	if err != nil {
		t.Fatal(err)
	}
	stream.LimitTo(limit)
	message, err := stream.Final()
	var decode *api.DecodeError
	if !errors.As(err, &decode) || !strings.Contains(err.Error(), "32 MiB") {
		t.Errorf("%v", err)
	}
	if n := len(message.Text()); !strings.HasPrefix(message.Text(), "flood ") || n < limit-1<<17 || n > limit+1<<17 {
		t.Errorf("%d bytes", n)
	}
}

// What is not kept does not count: a server may say much beside a short answer.
func TestAChattyServerDoesNotEndAGoodAnswer(t *testing.T) {
	pad := strings.Repeat("flood ", 10_000)
	for name, chatter := range map[string]string{
		"unknown events": `{"type":"weird","pad":"` + pad + `"}`,
		"unknown deltas": `{"type":"content_block_delta","index":0,"delta":{"type":"weird_delta","pad":"` + pad + `"}}`,
		"empty deltas":   `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":""},"pad":"` + pad + `"}`,
		"totals":         `{"type":"message_delta","delta":{"stop_reason":null},"usage":{"output_tokens":1},"pad":"` + pad + `"}`,
		"no block":       `{"type":"content_block_start","index":1,"content_block":null,"pad":"` + pad + `"}`,
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
				answerSSE(w, sse(messageStart, textStart, textDelta("Hello, ")))
				for range 40 {
					if _, err := io.WriteString(w, sse(chatter)); err != nil {
						return
					}
				}
				_, _ = io.WriteString(w, sse(textDelta("world."), messageDelta, messageStop))
			})
			client, _ := newClient(t, s.URL)
			stream, err := client.StreamMessage(t.Context(), hello())
			if err != nil {
				t.Fatal(err)
			}
			stream.LimitTo(limit)
			if message, err := stream.Final(); err != nil || message.Text() != "Hello, world." {
				t.Errorf("%d bytes, %v", len(message.Text()), err)
			}
		})
	}
}

// What is small on the wire and large in memory is bounded too.
func TestEndlessBlocksAreCutOff(t *testing.T) {
	for name, event := range map[string]string{
		"blocks":    `{"type":"content_block_start","index":1,"content_block":{}}`,
		"citations": `{"type":"content_block_delta","index":0,"delta":{"type":"citations_delta","citation":{"cited_text":"` + strings.Repeat("x", 400) + `"}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			many := strings.Repeat(sse(event), 1000)
			s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
				answerSSE(w, sse(messageStart, textStart))
				for range 20 {
					if _, err := io.WriteString(w, many); err != nil {
						return
					}
				}
			})
			client, _ := newClient(t, s.URL)
			stream, err := client.StreamMessage(t.Context(), hello())
			if err != nil {
				t.Fatal(err)
			}
			stream.LimitTo(limit)
			for _, err = range stream.Events() {
				if err != nil {
					break
				}
			}
			if !errors.As(err, new(*api.DecodeError)) {
				t.Errorf("%v", err)
			}
		})
	}
}
