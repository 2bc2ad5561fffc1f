package tokens

// TextSpread is how far the tokens of a text may be from their estimate, as a
// share of it. The estimate is rough: the tokenizers are not public, and
// between 2.4 bytes (Chinese, numbers) and 4.5 bytes (English prose) make a
// token of the one that was published (npm @anthropic-ai/tokenizer 0.0.4).
const TextSpread = 0.5

// text is an estimate of so many bytes of a prompt, as JSON spells them.
func (f *family) text(bytes int) Estimate {
	return about(float64(bytes)/f.bytesPerToken, TextSpread)
}
