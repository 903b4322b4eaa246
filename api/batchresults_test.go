package api_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"os"
	"runtime"
	"runtime/metrics"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parlor/api"
)

// Lines of results.
const (
	succeeded = `{"custom_id":"a","result":{"type":"succeeded","message":` + helloAnswer + `}}`
	errored   = `{"custom_id":"b","result":{"type":"errored","error":{"type":"error",` +
		`"error":{"type":"invalid_request_error","message":"max_tokens: too many","details":{"error_code":"x"}},` +
		`"request_id":"req_b"}}}`
	canceled = `{"custom_id":"c","result":{"type":"canceled"}}`
	expired  = `{"custom_id":"d","result":{"type":"expired"}}`
)

// answerResults answers with body as the API labels it.
func answerResults(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "application/x-jsonl")
	w.Header().Set("Request-Id", "req_r")
	io.WriteString(w, body)
}

// collect reads results to their end and writes each as id=type.
func collect(results iter.Seq2[api.BatchResult, error]) (got string, err error) {
	var list []string
	for result, e := range results {
		if e != nil {
			err = e
			continue // nothing may follow
		}
		if err != nil {
			list = append(list, "after the error:")
		}
		list = append(list, result.CustomID+"="+result.Type)
	}
	return strings.Join(list, " "), err
}

// resultsOf reads what a server makes of body.
func resultsOf(t *testing.T, body string) (string, error) {
	t.Helper()
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerResults(w, body) })
	client, _ := newClient(t, s.URL)
	return collect(client.BatchResults(t.Context(), "b"))
}

func TestResultsOfEachKind(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
		answerResults(w, strings.Join([]string{
			succeeded, errored, canceled, expired,
			`{"custom_id":"e","result":{"type":"postponed","until":1}}`,
			`{"custom_id":"f","result":{"type":"errored","error":{"type":"overloaded_error","message":"busy"}}}`,
			`{"custom_id":7,"result":null}`,
			`{"custom_id":"h","result":{"type":"succeeded"}}`,
			`{"custom_id":"i","result":{"type":"errored"}}`,
			"",
		}, "\n"))
	})
	client, _ := newClient(t, s.URL)
	var got []api.BatchResult
	for result, err := range client.BatchResults(t.Context(), "b") {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, result)
	}
	if len(got) != 9 {
		t.Fatalf("got %d results", len(got))
	}
	if m := got[0].Message; m.Text() != "Hi" || m.Usage.InputTokens != 3 || string(m.Raw) != helloAnswer ||
		string(got[0].Raw) != succeeded || got[0].Error != nil || errors.Is(got[0].Error, api.ErrServer) {
		t.Errorf("succeeded: %+v, %+v", got[0], m)
	}
	e := got[1].Error
	if !errors.Is(e, api.ErrInvalidRequest) || e.Status != 200 || e.Type != "invalid_request_error" ||
		e.Message != "max_tokens: too many" || e.Code != "x" || e.RequestID != "req_b" || got[1].Message != nil {
		t.Errorf("errored: %+v", e)
	}
	for i, want := range []string{api.ResultCanceled, api.ResultExpired, "postponed"} {
		if r := got[2+i]; r.Type != want || r.Message != nil || r.Error != nil {
			t.Errorf("%s: %+v", want, r)
		}
	}
	if !errors.Is(got[5].Error, api.ErrOverloaded) {
		t.Errorf("an error without its envelope: %+v", got[5].Error)
	}
	if got[6].Type != "" || got[6].CustomID != "7" {
		t.Errorf("other types: %+v", got[6])
	}
	if got[7].Message == nil || got[8].Error == nil || !errors.Is(got[8].Error, api.ErrServer) {
		t.Errorf("what is missing must not be nil: %+v, %+v", got[7], got[8])
	}
}

func TestResultsAreTheCallersToKeep(t *testing.T) {
	var lines, want []string
	for i := range 2000 {
		line := fmt.Sprintf(`{"custom_id":"%d","result":{"type":"succeeded","message":{"content":"%s"}}}`, i, strings.Repeat("x", i))
		lines, want = append(lines, line+"\n"), append(want, line)
	}
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerResults(w, strings.Join(lines, "")) })
	client, _ := newClient(t, s.URL)
	var got []api.BatchResult
	for result, err := range client.BatchResults(t.Context(), "b") {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, result)
	}
	for i, result := range got {
		if string(result.Raw) != want[i] || result.Message.Text() != strings.Repeat("x", i) {
			t.Fatalf("result %d became %.80s", i, result.Raw)
		}
	}
	if len(got) != len(want) {
		t.Errorf("got %d results", len(got))
	}
}

func TestResultsThatEndAsTheyShould(t *testing.T) {
	for name, c := range map[string]struct{ body, want string }{
		"LF":                {canceled + "\n" + expired + "\n", "c=canceled d=expired"},
		"CRLF":              {canceled + "\r\n" + expired + "\r\n", "c=canceled d=expired"},
		"no final line end": {canceled + "\n" + expired, "c=canceled d=expired"},
		"blank lines":       {"\n\r\n" + canceled + "\n\n \t\n" + expired + "\n\n", "c=canceled d=expired"},
		"byte order mark":   {"\xEF\xBB\xBF" + canceled + "\n", "c=canceled"},
		"space around":      {"  " + canceled + " \r\n", "c=canceled"},
		"no id":             {`{"result":{"type":"expired"}}` + "\n", "=expired"},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := resultsOf(t, c.body); err != nil || got != c.want {
				t.Errorf("got %q, %v; want %q", got, err, c.want)
			}
		})
	}
}

func TestResultsThatAreBroken(t *testing.T) {
	for name, c := range map[string]struct{ body, want, says string }{
		"in the middle":       {canceled + "\n{oops\n" + expired + "\n", "c=canceled", "line 2: it is not JSON"},
		"blank lines count":   {canceled + "\n\n\n{oops\n", "c=canceled", "line 4: "},
		"cut, and yet a line": {canceled + "\n{\"custom_id\":\"x\n" + expired, "c=canceled", "line 2: its JSON is cut"},
		"an object cut":       {canceled + "\n{\"custom_id\":\n" + expired, "c=canceled", "line 2: its JSON is cut"},
		"no object":           {canceled + "\nnull\n", "c=canceled", "line 2: it is not the result of a batch"},
		"no result":           {canceled + "\n{\"status\":\"ok\"}\n", "c=canceled", "line 2: it is not the result of a batch"},
		"two in a line":       {canceled + "\n" + canceled + expired + "\n", "c=canceled", "line 2: something follows its JSON"},
		"a mark in between":   {canceled + "\n\xEF\xBB\xBF" + canceled + "\n", "c=canceled", "line 2: it is not JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := resultsOf(t, c.body)
			var broken *api.StreamError
			var decode *api.DecodeError
			if got != c.want || !errors.As(err, &broken) || !errors.As(err, &decode) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %q, %v; want %q and %q", got, err, c.want, c.says)
			}
			if errors.Is(err, api.ErrConnection) || errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("%v: the connection is not to blame", err)
			}
		})
	}
}

func TestResultsThatAreSomethingElse(t *testing.T) {
	for name, c := range map[string]struct{ body, says string }{
		"HTML":              {"<!DOCTYPE html>\n<title>Log in</title>\n", "<!DOCTYPE html> <title>Log in</title>"},
		"HTML in a line":    {"<html>", "<html>"},
		"nothing":           {"", "the body is empty"},
		"blank lines":       {"\r\n \n", "the body is empty"},
		"another object":    {`{"detail":"Not Found"}`, "line 1: it is not the result of a batch"},
		"a list":            {"[\n  " + canceled + "\n]\n", "line 1: "},
		"cut in every line": {"{\n", "line 1: its JSON is cut"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := resultsOf(t, c.body)
			var decode *api.DecodeError
			if got != "" || !errors.As(err, &decode) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %q, %v; want %q", got, err, c.says)
			}
		})
	}
}

func TestAnErrorInPlaceOfResults(t *testing.T) {
	const envelope = `{"type":"error","error":{"type":"not_found_error","message":"no such batch"}}`
	pretty := strings.NewReplacer("{", "{\n  ", ",", ",\n  ").Replace(envelope)
	for name, c := range map[string]struct{ body, want string }{
		"at once":            {envelope, ""},
		"over several lines": {pretty, ""},
		"half way":           {canceled + "\n" + envelope + "\n" + expired + "\n", "c=canceled"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := resultsOf(t, c.body)
			var answer *api.Error
			if got != c.want || !errors.As(err, &answer) || !errors.Is(err, api.ErrNotFound) ||
				answer.Status != 200 || answer.RequestID != "req_r" {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

func TestResultsThatBreakOff(t *testing.T) {
	half := expired[:len(expired)/2]
	for name, answer := range map[string]func(http.ResponseWriter){
		"closed as if it were the end": func(w http.ResponseWriter) { answerResults(w, canceled+"\n"+half) },
		"fewer bytes than promised": func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", "1000")
			answerResults(w, canceled+"\n"+half)
		},
		"reset": func(w http.ResponseWriter) {
			answerResults(w, canceled+"\n"+half)
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		},
		"gzip cut": func(w http.ResponseWriter) {
			w.Header().Set("Content-Encoding", "gzip")
			packed := gzipped(canceled + "\n")
			answerResults(w, packed[:len(packed)-4])
		},
		"between two lines": func(w http.ResponseWriter) {
			answerResults(w, canceled+"\n")
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answer(w) })
			client, _ := newClient(t, s.URL)
			got, err := collect(client.BatchResults(t.Context(), "b"))
			var broken *api.StreamError
			if got != "c=canceled" || !errors.As(err, &broken) || !errors.Is(err, io.ErrUnexpectedEOF) || !errors.Is(err, api.ErrConnection) {
				t.Fatalf("got %q, %v", got, err)
			}
			if broken.RequestID != "req_r" || broken.Bytes < int64(len(canceled)) {
				t.Errorf("got %+v", broken)
			}
			if len(s.received()) != 1 {
				t.Error("what came was asked for again")
			}
		})
	}
}

func TestResultsAreRetriedUntilTheyBegin(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, n int) {
		if n == 0 {
			answerJSON(w, 529, `{"type":"error","error":{"type":"overloaded_error","message":"busy"}}`)
			return
		}
		answerResults(w, canceled)
	})
	client, _ := newClient(t, s.URL)
	if got, err := collect(client.BatchResults(t.Context(), "b")); err != nil || got != "c=canceled" || len(s.received()) != 2 {
		t.Errorf("got %q, %v", got, err)
	}
	_, err := collect(client.BatchResults(t.Context(), "b", api.OnResponse(func(info *api.ResponseInfo) {
		if info.RequestID != "req_r" {
			t.Errorf("got %+v", info)
		}
	})))
	if err != nil {
		t.Error(err)
	}
}

func TestResultsEndWithTheirContext(t *testing.T) {
	t.Run("before the request", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		client, _ := newClient(t, "http://127.0.0.1:1")
		if _, err := collect(client.BatchResults(ctx, "b")); !same(err, context.Canceled) {
			t.Error(err)
		}
	})
	t.Run("before the headers", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s := newServer(t, func(_ http.ResponseWriter, r *http.Request, _ int) { cancel(); <-r.Context().Done() })
		client, _ := newClient(t, s.URL)
		if _, err := collect(client.BatchResults(ctx, "b")); !same(err, context.Canceled) {
			t.Error(err)
		}
	})
	t.Run("while waiting for a line", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s := newServer(t, func(w http.ResponseWriter, r *http.Request, _ int) {
			answerResults(w, canceled+"\n"+expired[:9])
			_ = http.NewResponseController(w).Flush()
			cancel()
			<-r.Context().Done()
		})
		client, _ := newClient(t, s.URL)
		if _, err := collect(client.BatchResults(ctx, "b")); !same(err, context.Canceled) {
			t.Error(err)
		}
	})
	t.Run("with results at hand", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
			answerResults(w, strings.Repeat(canceled+"\n", 100))
		})
		client, _ := newClient(t, s.URL)
		n := 0
		for _, err := range client.BatchResults(ctx, "b") {
			if n++; n == 2 && !same(err, context.Canceled) {
				t.Error(err)
			}
			cancel()
		}
		if n != 2 {
			t.Errorf("the loop was entered %d times", n)
		}
	})
}

// tracked is a response whose body says whether it was closed.
type tracked struct {
	io.Reader
	closed bool
}

func (b *tracked) Close() error { b.closed = true; return nil }

func TestTheBodyOfResultsIsClosed(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		read int
	}{
		"at the end":        {canceled + "\n", 10},
		"early":             {canceled + "\n" + canceled + "\n" + canceled + "\n", 1},
		"with a broken one": {canceled + "\noops\n", 10},
		"with nothing":      {"", 10},
		"with HTML":         {"<html>", 10},
	} {
		t.Run(name, func(t *testing.T) {
			body := &tracked{Reader: strings.NewReader(c.body)}
			client := virtualClient(func(*http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: 200, Header: http.Header{}, Body: body}, nil
			})
			n := 0
			for _, err := range client.BatchResults(t.Context(), "b") {
				if n++; n == c.read {
					break
				}
				if n == 1 && err == nil && body.closed {
					t.Error("the body is closed too early")
				}
			}
			if !body.closed {
				t.Error("the body is open")
			}
		})
	}
}

func TestALoopMayTakeItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := virtualClient(piped("application/x-jsonl", func(w io.Writer, r *http.Request) {
			io.WriteString(w, canceled+"\n"+expired+"\n")
			pause(r, time.Hour)
		}))
		began := time.Now()
		n := 0
		for _, err := range client.BatchResults(t.Context(), "b") {
			n++
			var timeout *api.TimeoutError
			switch {
			case n <= 2 && err != nil:
				t.Fatal(err)
			case n <= 2:
				<-time.After(10 * time.Minute) // far longer than a server may be silent
			case !errors.As(err, &timeout) || timeout.Op != "stall":
				t.Errorf("got %v", err)
			}
		}
		if took := time.Since(began); n != 3 || took != 20*time.Minute+90*time.Second {
			t.Errorf("%d rounds took %v", n, took)
		}
	})
}

func TestResultsAreAskedWhereTheBatchSaysTheyAre(t *testing.T) {
	answer := func(w http.ResponseWriter, _ *http.Request, _ int) { answerResults(w, canceled) }
	home, other := newServer(t, answer), newServer(t, answer)
	client, _ := newClient(t, home.URL+"/prefix")
	client.Header = http.Header{"X-Own": {"mine"}}
	client.Betas = []string{"some-beta"}
	for name, c := range map[string]struct {
		url  string
		to   *server
		path string
		own  bool
	}{
		"own origin":         {home.URL + "/prefix/v1/messages/batches/x/results", home, "/prefix/v1/messages/batches/x/results", true},
		"beside the prefix":  {home.URL + "/files/a%2Fb?sig=1%2B1", home, "/files/a%2Fb?sig=1%2B1", true},
		"without the origin": {"/v1/messages/batches/x/results", home, "/v1/messages/batches/x/results", true},
		"not told":           {"", home, "/prefix/v1/messages/batches/x/results", true},
		"another origin":     {other.URL + "/store/a%2Fb?sig=1", other, "/store/a%2Fb?sig=1", false},
		"another host name": {
			strings.Replace(home.URL, "127.0.0.1", "localhost", 1) + "/x", home, "/x", false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			before := len(home.received()) + len(other.received())
			got, err := collect(client.ResultsOf(t.Context(), &api.Batch{ID: "x", ProcessingStatus: "ended", ResultsURL: c.url}))
			if err != nil || got != "c=canceled" {
				t.Fatalf("got %q, %v", got, err)
			}
			if len(home.received())+len(other.received()) != before+1 {
				t.Error("not one request")
			}
			sent := c.to.last(t)
			if sent.RequestURI != c.path || sent.Header.Get("Accept") != "application/x-jsonl" {
				t.Errorf("sent %s with %v", sent.RequestURI, sent.Header)
			}
			for _, header := range []string{"X-Api-Key", "X-Own", "Anthropic-Beta", "Anthropic-Version"} {
				if (sent.Header.Get(header) != "") != c.own {
					t.Errorf("%s is %q", header, sent.Header.Get(header))
				}
			}
			if !c.own && sent.Header.Get("Authorization")+sent.Header.Get("Cookie") != "" {
				t.Errorf("a credential left: %v", sent.Header)
			}
		})
	}
}

func TestACredentialOfAnotherOriginStaysAtHome(t *testing.T) {
	client := virtualClient(func(r *http.Request) (*http.Response, error) {
		t.Errorf("%s was asked with %v", r.URL, r.Header)
		return nil, io.EOF
	})
	asked := 0
	client.APIKey, client.BaseURL = "", ""
	client.Credentials = api.CredentialFunc(func(context.Context, string) (api.Credential, error) {
		asked++
		credential := api.NewCredential(api.KindAPIKey, "sk-test", "test")
		credential.BaseURL = []string{"https://before.test", "https://after.test"}[min(asked, 2)-1]
		return credential, nil
	})
	_, err := collect(client.ResultsOf(t.Context(), &api.Batch{ID: "b", ResultsURL: "https://before.test/x"}))
	if err == nil || asked != 2 {
		t.Errorf("asked %d times, got %v", asked, err)
	}
}

func TestResultsOfABatchThatHasNone(t *testing.T) {
	client := virtualClient(func(r *http.Request) (*http.Response, error) {
		t.Errorf("%s was asked", r.URL)
		return nil, io.EOF
	})
	for name, c := range map[string]struct {
		batch *api.Batch
		want  error
	}{
		"running":          {&api.Batch{ID: "b", ProcessingStatus: api.BatchInProgress}, api.ErrBatchNotEnded},
		"canceling":        {&api.Batch{ID: "b", ProcessingStatus: api.BatchCanceling}, api.ErrBatchNotEnded},
		"no batch":         {nil, api.ErrBatchNotEnded},
		"archived":         {&api.Batch{ID: "b", ProcessingStatus: api.BatchEnded, ArchivedAt: time.Now()}, api.ErrInvalidRequest},
		"not a URL":        {&api.Batch{ID: "b", ResultsURL: "http://%zz/"}, api.ErrInvalidRequest},
		"no host":          {&api.Batch{ID: "b", ResultsURL: "http:///x"}, api.ErrInvalidRequest},
		"a file":           {&api.Batch{ID: "b", ResultsURL: "file:///etc/passwd"}, api.ErrInvalidRequest},
		"another protocol": {&api.Batch{ID: "b", ResultsURL: "ftp://api.test/x"}, api.ErrInvalidRequest},
		"with a password":  {&api.Batch{ID: "b", ResultsURL: "https://u:secret@api.test/x"}, api.ErrInvalidRequest},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := collect(client.ResultsOf(t.Context(), c.batch))
			if got != "" || !errors.Is(err, c.want) || strings.Contains(err.Error(), "secret") {
				t.Errorf("got %q, %v; want %v", got, err, c.want)
			}
		})
	}
}

func TestACredentialDoesNotFollowRedirectsOfResults(t *testing.T) {
	other := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) { answerResults(w, canceled) })
	s := newServer(t, func(w http.ResponseWriter, r *http.Request, _ int) { http.Redirect(w, r, other.URL, http.StatusFound) })
	client, _ := newClient(t, s.URL)
	if _, err := collect(client.BatchResults(t.Context(), "b")); err == nil || len(other.received()) != 0 {
		t.Errorf("got %v after %d requests", err, len(other.received()))
	}
}

func TestACredentialInAResultGoesNoFurther(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
		answerResults(w, strings.Replace(errored, "too many", "sk-test-0123456789 is wrong", 1))
	})
	client, _ := newClient(t, s.URL)
	client.APIKey = "sk-test-0123456789"
	for result, err := range client.BatchResults(t.Context(), "b") {
		if err != nil || strings.Contains(result.Error.Error(), client.APIKey) || strings.Contains(string(result.Error.Raw), client.APIKey) {
			t.Errorf("%v, %v, %s", err, result.Error, result.Error.Raw)
		}
	}
}

// repeated gives block again and again, n bytes in all.
type repeated struct {
	block []byte
	at    int
	left  int64
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(int64(len(p)), r.left)], r.block[r.at:])
	r.at = (r.at + n) % len(r.block)
	r.left -= int64(n)
	return n, nil
}

// TestResultsTakeConstantMemory reads 64 MB of results, or as many bytes as
// PARLOR_RESULTS_BYTES says.
func TestResultsTakeConstantMemory(t *testing.T) {
	const most = 24 << 20
	size := int64(64 << 20)
	if env := os.Getenv("PARLOR_RESULTS_BYTES"); env != "" {
		n, err := strconv.ParseInt(env, 10, 64)
		if err != nil || n <= 0 {
			t.Fatalf("PARLOR_RESULTS_BYTES is %q", env)
		}
		size = n
	}
	var block []byte
	lines := int64(0)
	for _, text := range []int{200, 2_000, 20_000, 500, 300_000, 1_000} {
		for range 10_000/(text+100) + 1 {
			line := strings.Replace(succeeded, "Hi", strings.Repeat("word ", text/5), 1)
			block, lines = append(append(block, line...), '\n'), lines+1
		}
	}
	rounds := max(size/int64(len(block)), 1)
	size = rounds * int64(len(block))
	client := virtualClient(func(*http.Request) (*http.Response, error) {
		body := io.NopCloser(&repeated{block: block, left: size})
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: body}, nil
	})
	heap := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	runtime.GC()
	metrics.Read(heap)
	before, peak := heap[0].Value.Uint64(), uint64(0)
	began, n := time.Now(), int64(0)
	for result, err := range client.BatchResults(t.Context(), "b") {
		if err != nil || result.Message.StopReason != api.StopEndTurn {
			t.Fatal(result, err)
		}
		if n++; n%16 == 0 {
			metrics.Read(heap)
			peak = max(peak, heap[0].Value.Uint64())
		}
	}
	took := time.Since(began)
	if n != lines*rounds {
		t.Errorf("got %d results of %d", n, lines*rounds)
	}
	if peak > before+most {
		t.Errorf("%d MB of results took %d MB of memory", size>>20, (peak-before)>>20)
	}
	t.Logf("%d MB, %d results, %.1f MB/s, heap %.1f MB at most, %.1f MB of it before",
		size>>20, n, float64(size)/1e6/took.Seconds(), float64(peak)/1e6, float64(before)/1e6)
}
