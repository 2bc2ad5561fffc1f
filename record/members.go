package record

import "encoding/json"

// Members calls visit with each key and raw value of a JSON object that a
// record holds, such as an exchange's request, in order; keys are as they are
// written. It skims: what is wrong inside a value is left to whoever decodes
// it. It ends with the first error of visit.
func Members(object json.RawMessage, visit func(key, value []byte) error) error {
	return members(object, visit)
}

// Case gives one case with its samples; it reports false where the record has
// no such case.
func (f *File) Case(id ID) (CaseResult, bool, error) {
	owner, ok, err := f.find(id)
	if err != nil || !ok {
		return CaseResult{}, false, err
	}
	result, err := f.caseResult(owner)
	return result, err == nil, err
}
