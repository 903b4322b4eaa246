package fallback

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// maxWhole bounds an answer that is looked into, which takes many times its size
// in memory. A longer one could not be sent back: the API takes 32 MB.
const maxWhole = 32 << 20

// whole answers a request that is not streamed.
func (c *conversation) whole(start int) (*http.Response, error) {
	a := c.attempt(start)
	ctx := c.request.Context()
	resp, err := c.send(ctx, a, "", nil)
	var seams [][]byte
	for {
		last := a.index+1 == len(c.chain)
		if err != nil || last && len(seams) == 0 {
			return resp, err
		}
		m, ok := readMessage(resp)
		if !ok {
			return resp, nil
		}
		refused, declined := refusalOf(m.content)
		switch {
		case !declined && len(seams) > 0:
			c.state.pin(a.index)
			m.open(seams)
			return resp, nil
		case !declined || last:
			return resp, nil
		}
		resp.Body.Close()
		next := c.attempt(a.index + 1)
		seams = append(seams, seam{c.model(a), next.step.model, refused.category}.block())
		a = next
		resp, err = c.send(ctx, a, refused.token, nil)
		if err == nil && refused.token != "" && resp.StatusCode == http.StatusBadRequest {
			resp.Body.Close()
			resp, err = c.send(ctx, a, "", nil)
		}
	}
}

// message is an answer that is a message, with its content in the clear.
type message struct {
	resp    *http.Response
	content []byte
}

// readMessage reads the answer. Whatever it finds, resp can be handed on: its
// body gives the same bytes, and the same error, as if nobody had read it.
func readMessage(resp *http.Response) (*message, bool) {
	if resp.StatusCode != http.StatusOK || mediaType(resp) == "text/event-stream" {
		return nil, false
	}
	var kept bytes.Buffer
	_, err := kept.ReadFrom(io.LimitReader(resp.Body, maxWhole))
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(kept.Bytes()), failing{err}, resp.Body), resp.Body}
	if err != nil {
		return nil, false
	}
	clear, ok := decoded(resp, bytes.NewReader(kept.Bytes()))
	if !ok {
		return nil, false
	}
	content, err := io.ReadAll(io.LimitReader(clear, maxWhole))
	if err != nil || !json.Valid(content) || !isArray(find(content, "content")) {
		return nil, false
	}
	return &message{resp, content}, true
}

// open puts blocks before the content of the message.
func (m *message) open(blocks [][]byte) {
	content := edited(m.content, edit{"content", prepended(find(m.content, "content"), blocks...)})
	m.resp.Body = struct {
		io.Reader
		io.Closer
	}{bytes.NewReader(content), m.resp.Body}
	m.resp.Header = m.resp.Header.Clone()
	m.resp.Header.Set("Content-Length", strconv.Itoa(len(content)))
	m.resp.ContentLength, m.resp.TransferEncoding = int64(len(content)), nil
	if m.resp.Header.Get("Content-Encoding") != "" {
		m.resp.Header.Del("Content-Encoding")
		m.resp.Uncompressed = true
	}
}

// failing is a reader that has come to err, or to its end if err is nil.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) {
	if f.err == nil {
		return 0, io.EOF
	}
	return 0, f.err
}

func mediaType(resp *http.Response) string {
	mediaType, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	return mediaType
}

// decoded takes the compression off source, the body of resp. False means it is
// of a kind that nobody asked for.
func decoded(resp *http.Response, source io.Reader) (io.Reader, bool) {
	switch strings.ToLower(resp.Header.Get("Content-Encoding")) {
	case "", "identity":
		return source, true
	case "gzip", "x-gzip":
		return &unzipped{source: bufio.NewReader(source)}, true
	}
	return nil, false
}

// unzipped reads what gzip packed. It waits for nothing before the first Read.
type unzipped struct {
	source *bufio.Reader
	reader io.Reader // nil before the first Read
}

func (u *unzipped) Read(p []byte) (int, error) {
	if u.reader == nil {
		u.reader = u.source
		// Some gateways leave the header and send plain bytes.
		if magic, _ := u.source.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
			unzip, err := gzip.NewReader(u.source)
			if err != nil {
				return 0, err
			}
			u.reader = unzip
		}
	}
	return u.reader.Read(p)
}
