package record

// Spent is money that no exchange says: of answers that were lost on the way,
// and of requests that were under way when the run was cut short. It has LostUSD
// or InFlightUSD.
type Spent struct {
	Kind string `json:"kind"` // "spent"
	// Identity and Key are of a request whose answer was lost; it may have been
	// billed, and was perhaps sent again. Cause says what happened.
	Identity
	Key   string `json:"key"`
	Cause string `json:"cause,omitzero"`
	// LostUSD is the most that the answer can have cost; nil where no price is
	// known.
	LostUSD *float64 `json:"lost_usd"`
	// InFlightUSD is the most that requests under way at once can cost from now
	// on, until another line says more. It is spent where the run does not come
	// to its summary.
	InFlightUSD *float64 `json:"in_flight_usd,omitzero"`
}

func (s Spent) appendTo(dst []byte) ([]byte, error) {
	s.Kind = kindSpent
	return appendLine(dst, &s)
}

// Spending is what the runs of a record have spent, in US dollars.
type Spending struct {
	// USD is what was paid for answers, as far as it is known.
	USD float64
	// LostUSD is the most that was billed for answers that were lost on the
	// way, and for what was under way when a run was cut short.
	LostUSD float64
	// Unknown says that a part of either is not known.
	Unknown bool
}

// lostMoney adds up the spent lines of a record.
type lostMoney struct {
	usd      float64
	unknown  bool
	inFlight float64 // of a run that has not come to its summary
}

// add takes a spent line.
func (l *lostMoney) add(line []byte) error {
	var s Spent
	if err := decode(line, &s); err != nil {
		return err
	}
	switch {
	case s.InFlightUSD != nil:
		l.inFlight = *s.InFlightUSD
	case s.LostUSD != nil:
		l.usd += *s.LostUSD
	default:
		l.unknown = true
	}
	return nil
}

// begin counts what was under way when the run before was cut short.
func (l *lostMoney) begin() {
	l.usd += l.inFlight
	l.inFlight = 0
}

// Spent adds up what the runs of the record have spent: what was paid for all
// exchanges, those too that later ones replaced, and what was lost.
func (f *File) Spent() (Spending, error) {
	s := Spending{LostUSD: f.lost.usd + f.lost.inFlight, Unknown: f.lost.unknown}
	v := &Visit{file: f, pages: newPages(f.lines)}
	for _, entry := range f.index.exchanges {
		v.exchange = Exchange{}
		if err := v.decode(lineRef{entry.offset, entry.length}, &v.exchange); err != nil {
			return Spending{}, err
		}
		if spent := v.exchange.SpentUSD; spent != nil {
			s.USD += *spent
		} else if v.exchange.Error == nil {
			s.Unknown = true
		}
	}
	return s, nil
}

// SpentInBatches is what was paid for the answers of each batch that the record has
// already, by the batch's id.
func (f *File) SpentInBatches() (map[string]float64, error) {
	out := map[string]float64{}
	v := &Visit{file: f, pages: newPages(f.lines)}
	for _, entry := range f.index.exchanges {
		v.exchange = Exchange{}
		if err := v.decode(lineRef{entry.offset, entry.length}, &v.exchange); err != nil {
			return nil, err
		}
		if e := &v.exchange; e.Batch != "" && e.SpentUSD != nil {
			out[e.Batch] += *e.SpentUSD
		}
	}
	return out, nil
}
