package runner

import "github.com/evalrun/evalrun/record"

// Progress is how far a run has come, in samples.
type Progress struct {
	Done, Total, Failed, Errors int
	// Model is the model of the sample that ended, ModelDone of ModelTotal
	// its samples, and ModelSpentUSD what was paid for them, as far as that is
	// known.
	Model                 string
	ModelDone, ModelTotal int
	ModelSpentUSD         float64
}

// ModelRequests is how many samples of a model a plan has, each of one request
// or more, or how many requests to a judge.
type ModelRequests struct {
	Model    string
	Requests int
}

// Models are the models that will be asked, in the order of the plan.
func (p *Plan) Models() []ModelRequests {
	return p.models
}

// JudgeCalls are the models that judge, in the order of the plan, each with
// how many requests it is sent if no sample ends before it is judged, and no
// condition spares a rubric.
func (p *Plan) JudgeCalls() []ModelRequests {
	return p.judges
}

// countModel counts the requests of a model.
func countModel(list []ModelRequests, model string, requests int) []ModelRequests {
	for i := range list {
		if list[i].Model == model {
			list[i].Requests += requests
			return list
		}
	}
	return append(list, ModelRequests{model, requests})
}

// modelProgress is how far the samples of one model have come.
type modelProgress struct {
	done, total int
	spent       float64
}

// observe counts a sample that ended and reports it to observer, if that is not nil.
func (t *together) observe(observer func(Progress), q *question, outcome string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	m := t.models[q.Request.Model]
	m.done++
	t.progress.Done++
	switch outcome {
	case record.Fail:
		t.progress.Failed++
	case record.Errored:
		t.progress.Errors++
	}
	if observer == nil {
		return
	}
	at := t.progress
	at.Model, at.ModelDone, at.ModelTotal, at.ModelSpentUSD = q.Request.Model, m.done, m.total, m.spent
	observer(at)
}

// spent adds what was paid for a sample.
func (t *together) spent(q *question, usd float64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.models[q.Request.Model].spent += usd
}

// skipRest takes samples that need not be asked off what is to be done.
func (t *together) skipRest(q *question, n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.progress.Total -= n
	t.models[q.Request.Model].total -= n
}
