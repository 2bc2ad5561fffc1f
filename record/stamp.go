package record

func (r Run) stamped() any {
	r.Kind, r.Format = kindRun, Format
	r.Suites = notNil(r.Suites)
	return r
}

func (c Case) stamped() any {
	c.Kind = kindCase
	c.Tags = notNil(c.Tags)
	c.Assertions = notNil(c.Assertions)
	return c
}

func (e Exchange) stamped() any {
	e.Kind = kindExchange
	e.Ordinal = e.Sample
	e.Attempts = notNil(e.Attempts)
	return e
}

func (s Sample) stamped() any {
	s.Kind = kindSample
	s.Assertions = notNil(s.Assertions)
	return s
}

func (g Gate) stamped() any {
	g.Kind = kindGate
	return g
}

func (s Summary) stamped() any {
	s.Kind = kindSummary
	return s
}

// notNil gives the list, so that one without entries is [] in JSON, not null.
func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
