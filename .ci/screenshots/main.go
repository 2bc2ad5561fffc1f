// Command screenshots makes the pictures of docs/images again, from runs of the suite
// in docs/reports.md against the fake API and from the records that docs/compare.md
// compares. It needs Chromium and script (util-linux), and is run from the top of the
// repository: go run ./.ci/screenshots
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/evalrun/evalrun/internal/fakeapi"
)

func main() {
	if err := pictures(); err != nil {
		fmt.Fprintln(os.Stderr, "screenshots:", err)
		os.Exit(1)
	}
}

func pictures() error {
	work, err := os.MkdirTemp("", "screenshots-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	root, err := os.Getwd()
	if err != nil {
		return err
	}
	program := filepath.Join(work, "evalrun")
	if out, err := exec.Command("go", "build", "-o", program, "./cmd/evalrun").CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	server := fakeapi.New(fakeapi.Options{Script: support, Latency: latency})
	url, err := server.Listen()
	if err != nil {
		return err
	}
	defer server.Close()
	t := terminal{dir: filepath.Join(work, "here"), program: program, env: append(os.Environ(),
		"ANTHROPIC_BASE_URL="+url, "ANTHROPIC_API_KEY=none", "TERM=xterm-256color", "NO_COLOR=")}
	if err := prepare(root, t.dir); err != nil {
		return err
	}
	report, err := t.run("support.yaml -q -o table -o html=report.html")
	if err != nil {
		return err
	}
	compared, err := t.run("compare base.jsonl new.jsonl -o table -o html=compare.html")
	if err != nil {
		return err
	}
	for name, text := range map[string]string{"report-table": report, "compare-table": compared} {
		if err := os.WriteFile(filepath.Join(t.dir, name+".html"), []byte(page(text)), 0o600); err != nil {
			return err
		}
	}
	return photograph(t.dir, filepath.Join(root, "docs/images"))
}

// prepare puts the suite of docs/reports.md and the records into a directory.
func prepare(root, dir string) error {
	docs, err := os.ReadFile(filepath.Join(root, "docs/reports.md"))
	if err != nil {
		return err
	}
	suite := regexp.MustCompile("(?s)```yaml\n(model: claude-haiku-4-5\n.*?)```").FindSubmatch(docs)
	if suite == nil {
		return errors.New("docs/reports.md has no suite")
	}
	if err := os.MkdirAll(filepath.Join(dir, ".git"), 0o700); err != nil {
		return err
	}
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(root, "cmd/evalrun/testdata/docs"))); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "support.yaml"), suite[1], 0o600)
}

// terminal runs evalrun as in a terminal of 110 columns.
type terminal struct {
	dir, program string
	env          []string
}

// run gives what a command prints, with its colours.
func (t *terminal) run(args string) (string, error) {
	cmd := exec.Command("script", "-qec", "stty cols 110 rows 60; "+t.program+" "+args, "/dev/null")
	cmd.Dir, cmd.Env = t.dir, t.env
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 1) { // a run that fails is pictured
		return "", fmt.Errorf("evalrun %s: %w\n%s", args, err, out)
	}
	return "$ evalrun " + regexp.MustCompile(` -[qo]\S*( \S+=\S+| table)?`).ReplaceAllString(args, "") + "\n" + strings.ReplaceAll(string(out), "\r", ""), nil
}

// colours are the terminal's, by their number in an escape.
var colours = map[string]string{
	"1": "font-weight:bold", "2": "opacity:.6", "31": "color:#f47067", "32": "color:#57ab5a", "33": "color:#c69026", "34": "color:#539bf5", "35": "color:#b083f0", "36": "color:#39c5cf", "90": "color:#768390",
}

// page draws the output of a terminal.
func page(text string) string {
	escape := regexp.MustCompile("\x1b\\[([0-9;]*)([A-Za-z])")
	var b strings.Builder
	open, at := 0, 0
	for _, m := range escape.FindAllStringSubmatchIndex(text, -1) {
		b.WriteString(html.EscapeString(text[at:m[0]]))
		at = m[1]
		if text[m[4]:m[5]] != "m" {
			continue
		}
		for code := range strings.SplitSeq(text[m[2]:m[3]], ";") {
			if style, known := colours[code]; known {
				fmt.Fprintf(&b, `<span style="%s">`, style)
				open++
			} else {
				b.WriteString(strings.Repeat("</span>", open))
				open = 0
			}
		}
	}
	b.WriteString(html.EscapeString(text[at:]))
	return `<!doctype html><meta charset="utf-8"><body style="margin:0;background:#22272e"><pre id="shot" style="display:inline-block;margin:0;padding:14px 18px;` +
		`background:#22272e;color:#adbac7;font:13px/1.35 DejaVu Sans Mono,monospace">` + b.String() + `</pre>`
}

// photograph takes the pictures of the pages in a directory.
func photograph(dir, into string) error {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.WindowSize(960, 900))
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options...)
	defer stop()
	ctx, stop = chromedp.NewContext(ctx)
	defer stop()
	ctx, stop = context.WithTimeout(ctx, 3*time.Minute)
	defer stop()
	for _, p := range []struct {
		name, address string
		height        int64 // of the window; 0 pictures the element #shot
	}{
		{"report-table", "report-table.html", 0},
		{"report-overview", "report.html", 1240},
		{"report-case", "report.html#case=0", 1010},
		{"compare-table", "compare-table.html", 0},
		{"compare-overview", "compare.html", 800},
		{"compare-case", "compare.html#case=0", 830},
	} {
		var shown []byte
		shot := chromedp.Tasks{chromedp.Navigate("file://" + filepath.Join(dir, p.address)), chromedp.Reload()}
		if p.height == 0 {
			shot = append(shot, chromedp.Screenshot("#shot", &shown, chromedp.ByQuery))
		} else {
			shot = append(shot, chromedp.EmulateViewport(960, p.height), chromedp.Sleep(500*time.Millisecond), chromedp.CaptureScreenshot(&shown))
		}
		if err := chromedp.Run(ctx, shot); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		if small, err := smaller(shown); err != nil {
			return err
		} else if err := os.WriteFile(filepath.Join(into, p.name+".png"), small, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// smaller is a picture with a palette: of each colour the upper bits are kept, as
// many as leave 256 colours.
func smaller(picture []byte) ([]byte, error) {
	from, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		return nil, err
	}
	area := from.Bounds()
	for bits := 6; bits > 1; bits-- {
		to, known := image.NewPaletted(area, nil), map[color.RGBA]uint8{}
		for i := range to.Pix {
			r, g, b, _ := from.At(area.Min.X+i%to.Stride, area.Min.Y+i/to.Stride).RGBA()
			c := color.RGBA{stepped(r, bits), stepped(g, bits), stepped(b, bits), 255}
			if _, seen := known[c]; !seen {
				known[c] = uint8(len(known))
				to.Palette = append(to.Palette, c)
			}
			to.Pix[i] = known[c]
		}
		if len(known) <= 256 {
			var out bytes.Buffer
			err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, to)
			return out.Bytes(), err
		}
	}
	return picture, nil
}

// stepped is the nearest of as many steps as the bits count, from black to white.
func stepped(value uint32, bits int) uint8 {
	most := uint32(1)<<bits - 1
	return uint8((value*most + 0x7fff) / 0xffff * 255 / most)
}

// latency is that of such a model, more or less.
func latency(c *fakeapi.Call) time.Duration {
	return time.Duration(400+37*(c.Seq%11)) * time.Millisecond
}

// support answers the tickets of docs/reports.md, and judges the answers.
func support(c *fakeapi.Call) fakeapi.Answer {
	asked, policy := c.LastUserText(), strings.Contains(string(c.Body), "Never promise a date")
	if strings.Contains(asked, "Judge the answer by the rubric.") {
		return judge(asked)
	}
	switch {
	case strings.Contains(asked, "boots") && policy:
		return fakeapi.Answer{Text: "Yes: you have 30 days from the day of your order. Send the boots back unworn, with the receipt."}
	case strings.Contains(asked, "boots"):
		return fakeapi.Answer{Text: "Of course, you can still return them. Just send them back to us."}
	case strings.Contains(asked, "parcel") && policy:
		return fakeapi.Answer{Text: "I am sorry. I have asked the carrier to trace your parcel and will write to you when I hear from them."}
	case strings.Contains(asked, "parcel"):
		return fakeapi.Answer{Text: "Sorry about that! It will be with you tomorrow."}
	case strings.Contains(asked, "4711"):
		return fakeapi.Answer{Text: "I see two payments for order 4711. We pay the second one back to your card."}
	case strings.Contains(asked, "sneakers"):
		return fakeapi.Answer{Text: "Send them back and name the size that you need. We exchange them once they are here."}
	}
	return fakeapi.Answer{Text: "Your account and its data are deleted. You get a confirmation by e-mail."}
}

func judge(asked string) fakeapi.Answer {
	if strings.Contains(asked, "with you tomorrow") {
		return fakeapi.Answer{Text: `{"reason": "It promises a day of delivery that the shop cannot keep.", "score": 0.1, "pass": false}`}
	}
	return fakeapi.Answer{Text: `{"reason": "It answers the question and promises nothing.", "score": 0.9, "pass": true}`}
}
