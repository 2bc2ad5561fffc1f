package compare

// unasked is why a case has no answer that a run which was cut short did not come
// to ask.
const unasked = "not asked: the run was cut short"

// cutShort reports whether the side lacks answers since its run was cut short: those
// of cases that take long, or cost much, and may come out otherwise than others. A
// look of a run that ends once it is decided has no such, since its order was drawn
// before.
func (s *Side) cutShort() bool { return !s.Complete && s.header.Look == 0 }

// isCutPart reports whether the run was cut short and was to ask some of the cases
// alone: what it did not come to is not known then.
func (s *Side) isCutPart() bool { return s.cutShort() && s.header.Part }

// asked are the cases of a side. Samples that a case was to have, and its record has
// not, count as such without an answer.
func (s *Side) asked() []*caseSamples {
	out := make([]*caseSamples, len(s.cases))
	for i, u := range s.cases {
		out[i] = u
		if left := u.times - int32(u.all()); left > 0 && !u.stopped && !u.skipped {
			out[i] = u.without(left)
		}
	}
	return out
}

// without is the case with so many samples more that have no answer.
func (u *caseSamples) without(samples int32) *caseSamples {
	out := *u
	out.error += samples
	out.sureError = min(out.error, out.sure())
	if out.answered() == 0 && out.refused == "" {
		out.refused = unasked
	}
	return &out
}

// addUnasked pairs the cases of one side alone with what the other side, whose run
// was cut short, did not come to ask of them.
func (p *pairing) addUnasked(base, new *Side) {
	if new.cutShort() && !new.header.Part {
		for _, u := range p.removed {
			p.add(pair{old: u, new: u.unasked()})
		}
		p.removed = nil
	}
	if base.cutShort() && !base.header.Part {
		for _, u := range p.added {
			p.add(pair{old: u.unasked(), new: u})
		}
		p.added = nil
	}
}

// unasked is the case as a run has it that did not come to ask it.
func (u *caseSamples) unasked() *caseSamples {
	out := &caseSamples{suiteVariant: u.suiteVariant, name: u.name, line: u.line, cluster: u.cluster, questionID: u.questionID, counts: counts{times: u.times, need: u.need}, refused: unasked}
	if u.skipped {
		out.skipped = true
		return out
	}
	out.error, out.sureError = u.times, out.sure()
	return out
}

// isUnasked reports whether the case is none of its record.
func (u *caseSamples) isUnasked() bool { return u.shape == nil && u.refused == unasked }
