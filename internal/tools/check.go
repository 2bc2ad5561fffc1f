package tools

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"

	"github.com/evalrun/evalrun/internal/fault"
)

// Verdict is what a check decides about an answer.
type Verdict struct {
	// Pass is nil where the check gave only a score.
	Pass    *bool              `json:"pass"`
	Score   *float64           `json:"score"` // 0 to 1, nil where it gave none
	Reason  string             `json:"reason"`
	Metrics map[string]float64 `json:"metrics"`
}

// Checks runs the checks of a file. It is safe for concurrent use.
type Checks struct {
	file  *File
	pools map[string]*pool
}

// NewChecks makes Checks that have started nothing yet: a process is started
// when there is first something to ask it.
func NewChecks(f *File) *Checks {
	c := &Checks{file: f, pools: map[string]*pool{}}
	for name, command := range f.Checks {
		c.pools[name] = &pool{command: command, dir: f.dir(), free: make(chan struct{}, command.Processes)}
	}
	return c
}

// Check asks a check about an answer, which a JSON object on one line describes.
// The error says what went wrong with its command.
func (c *Checks) Check(ctx context.Context, name string, request []byte) (Verdict, error) {
	p := c.pools[name]
	if p == nil {
		return Verdict{}, fmt.Errorf("the check %q is not in %s", name, c.file.Path)
	}
	return p.ask(ctx, request)
}

// readVerdict reads what a command answered to the request of a number. A line
// more than was asked for would else be taken for the answer to the next.
func readVerdict(text []byte, id int) (Verdict, error) {
	var answer struct {
		ID *int `json:"id"`
		Verdict
	}
	if err := json.Unmarshal(text, &answer, json.RejectUnknownMembers(true)); err != nil {
		return Verdict{}, fmt.Errorf("answered something else than {\"id\": %d, \"pass\": true, \"score\": 1, \"reason\": \"…\", \"metrics\": {}}: %s", id, plain(err))
	}
	switch {
	case answer.ID == nil:
		return Verdict{}, errors.New("answered without the id of the request")
	case *answer.ID != id:
		return Verdict{}, fmt.Errorf("answered the request %d, and was asked %d", *answer.ID, id)
	}
	return answer.Verdict, answer.Verdict.Check()
}

// Check reports what a verdict cannot have.
func (v Verdict) Check() error {
	switch {
	case v.Pass == nil && v.Score == nil:
		return errors.New("answered without pass and score")
	case v.Score != nil && !(*v.Score >= 0 && *v.Score <= 1):
		return fmt.Errorf("gave the score %g, expected 0 to 1", *v.Score)
	}
	for name, value := range v.Metrics {
		if math.IsNaN(value) || math.IsInf(value, 0) {
			return fmt.Errorf("gave the metric %q as %g, expected a number", name, value)
		}
	}
	return nil
}

// plain is an error of the JSON reader without its prefix.
func plain(err error) string {
	return strings.TrimPrefix(strings.TrimPrefix(err.Error(), "json: "), "jsontext: ")
}

// Close ends all processes, and waits until they are gone.
func (c *Checks) Close() {
	var closing sync.WaitGroup
	for _, p := range c.pools {
		for _, idle := range p.takeAll() {
			closing.Go(func() {
				defer fault.Catch()
				idle.close(grace)
			})
		}
	}
	closing.Wait()
}

// pool are the processes of one check.
type pool struct {
	command *Command
	dir     string
	free    chan struct{} // holds one for each process that is asked

	mu     sync.Mutex
	idle   []*process
	closed bool
}

var errClosed = errors.New("the run is over")

// ask asks a process that is free, and starts one where none is. One that did
// not answer as it should is ended.
func (p *pool) ask(ctx context.Context, request []byte) (Verdict, error) {
	select {
	case p.free <- struct{}{}:
		defer func() { <-p.free }()
	case <-ctx.Done():
		return Verdict{}, ctx.Err()
	}
	proc, err := p.take()
	if err != nil {
		return Verdict{}, err
	}
	proc.asked++
	request = append(fmt.Appendf(nil, `{"id":%d,`, proc.asked), request[1:]...)
	var v Verdict
	text, err := proc.ask(ctx, request, p.command.Timeout)
	if err == nil {
		v, err = readVerdict(text, proc.asked)
	}
	if err != nil || !p.give(proc) {
		proc.close(0)
	}
	return v, err
}

func (p *pool) take() (*process, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, errClosed
	}
	if n := len(p.idle); n > 0 {
		proc := p.idle[n-1]
		p.idle = p.idle[:n-1]
		return proc, nil
	}
	return start(p.dir, p.command, maxLine)
}

// give gives a process back; false says that the pool is closed.
func (p *pool) give(proc *process) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		p.idle = append(p.idle, proc)
	}
	return !p.closed
}

func (p *pool) takeAll() []*process {
	p.mu.Lock()
	defer p.mu.Unlock()
	idle := p.idle
	p.idle, p.closed = nil, true
	return idle
}
