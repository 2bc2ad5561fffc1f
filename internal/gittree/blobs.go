package gittree

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"sync"
)

// blobs reads what files hold, by one git cat-file.
type blobs struct {
	cancel context.CancelFunc
	cmd    *exec.Cmd

	mu    sync.Mutex
	ask   io.WriteCloser
	said  *bufio.Reader
	wrong error // after which nothing more is read
}

func (o Options) newBlobs() (*blobs, error) {
	ctx, cancel := context.WithCancel(context.Background())
	b := &blobs{cancel: cancel, cmd: o.command(ctx, "cat-file", "--batch")}
	var err error
	if b.ask, err = b.cmd.StdinPipe(); err != nil {
		cancel()
		return nil, err
	}
	out, err := b.cmd.StdoutPipe()
	if err == nil {
		err = b.cmd.Start()
	}
	if err != nil {
		cancel()
		return nil, err
	}
	b.said = bufio.NewReader(out)
	return b, nil
}

// read has to take a blob of up to most bytes, of which it says how many there are.
func (b *blobs) read(hash string, most int64, to func(size int64, from io.Reader) error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.wrong != nil {
		return b.wrong
	}
	size, err := b.find(hash)
	switch {
	case err != nil:
		return err
	case size > most:
		err = fmt.Errorf("it has %d bytes, and more than %d are not read", size, most)
	}
	rest := &io.LimitedReader{R: b.said, N: size}
	if err == nil {
		err = to(size, rest)
	}
	if _, broken := io.CopyN(io.Discard, b.said, rest.N+1); broken != nil { // with the end of the line
		b.wrong = fmt.Errorf("git cat-file: %w", broken)
		return b.wrong
	}
	return err
}

// find asks for a blob and gives its size.
func (b *blobs) find(hash string) (int64, error) {
	_, err := io.WriteString(b.ask, hash+"\n")
	line := ""
	if err == nil {
		line, err = b.said.ReadString('\n')
	}
	if err != nil {
		b.wrong = fmt.Errorf("git cat-file: %w", err)
		return 0, b.wrong
	}
	fields := strings.Fields(line)
	if len(fields) == 2 && fields[1] == "missing" {
		return 0, errors.New("the repository does not hold it: it is a partial clone, or damaged")
	}
	if len(fields) == 3 && fields[0] == hash && fields[1] == "blob" {
		if size, err := strconv.ParseInt(fields[2], 10, 64); err == nil && size >= 0 {
			return size, nil
		}
	}
	b.wrong = fmt.Errorf("git cat-file says %q", line)
	return 0, b.wrong
}

func (b *blobs) close() error {
	if b == nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.wrong = errors.New("the commit's files are closed")
	_ = b.ask.Close()
	b.cancel()
	_ = b.cmd.Wait() // it was killed
	return nil
}
