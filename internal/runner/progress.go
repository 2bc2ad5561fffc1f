package runner

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

// newModels is where the models of a plan begin.
func newModels(p *Plan) map[string]*modelProgress {
	models := map[string]*modelProgress{}
	for _, m := range p.models {
		models[m.Model] = &modelProgress{total: m.Requests}
	}
	return models
}

// observe reports a sample that ended. The mutex must be held.
func (r *run) observe(q *question) {
	m := r.models[q.Request.Model]
	m.done++
	r.progress.Done++
	if r.opts.Observe == nil {
		return
	}
	at := r.progress
	at.Model, at.ModelDone, at.ModelTotal, at.ModelSpentUSD = q.Request.Model, m.done, m.total, m.spent
	r.opts.Observe(at)
}

// skipRest takes samples that need not be asked off what is to be done.
func (r *run) skipRest(q *question, n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.progress.Total -= n
	r.models[q.Request.Model].total -= n
}
