package evalrun_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// releaseSite serves releases as GitHub does. Its program is a script that
// says version 0.2.0.
type releaseSite struct {
	url     string
	name    string // of the archive
	archive []byte
	sums    string // checksums.txt
}

// newReleaseSite serves a release, once the changes are made to it.
func newReleaseSite(t *testing.T, changes ...func(*releaseSite)) *releaseSite {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("install.sh runs in a POSIX shell")
	}
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("install.sh needs sh")
	}
	s := &releaseSite{
		name:    fmt.Sprintf("evalrun_0.2.0_%s_%s.tar.gz", runtime.GOOS, runtime.GOARCH),
		archive: tarball(t, map[string]string{"LICENSE": "Apache", "evalrun": "#!/bin/sh\necho evalrun 0.2.0\n"}),
	}
	s.sums = fmt.Sprintf("%x  evalrun_0.2.0_plan9_mips.tar.gz\n%x  %s\n", sha256.Sum256(nil), sha256.Sum256(s.archive), s.name)
	for _, change := range changes {
		change(s)
	}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

func (s *releaseSite) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/latest":
		http.Redirect(w, r, "/tag/v0.2.0", http.StatusFound)
	case "/tag/v0.2.0":
	case "/download/v0.2.0/checksums.txt":
		fmt.Fprint(w, s.sums)
	case "/download/v0.2.0/" + s.name:
		w.Write(s.archive)
	default:
		http.NotFound(w, r)
	}
}

// install runs install.sh with these variables, and gives its output and the
// directory that it installs into.
func (s *releaseSite) install(t *testing.T, env ...string) (output, dir string, err error) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "bin dir")
	cmd := exec.Command("sh", "install.sh")
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "TMPDIR=" + t.TempDir(), "EVALRUN_RELEASES=" + s.url, "BINDIR=" + dir}, env...)
	out, err := cmd.CombinedOutput()
	return string(out), dir, err
}

func tarball(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	zipped := gzip.NewWriter(&b)
	w := tar.NewWriter(zipped)
	for name, text := range files {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(text))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zipped.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// needs skips the test where a program is lacking.
func needs(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Skipf("needs %s, which is not installed", program)
	}
	return path
}

func TestInstall(t *testing.T) {
	needs(t, "curl")
	site := newReleaseSite(t)
	sum := fmt.Sprintf("%x", sha256.Sum256(site.archive))
	for name, env := range map[string][]string{
		"the latest release":      nil,
		"a version":               {"EVALRUN_VERSION=0.2.0"},
		"a version as a tag":      {"EVALRUN_VERSION=v0.2.0"},
		"with a checksum of ours": {"EVALRUN_VERSION=0.2.0", "EVALRUN_SHA256=" + sum},
	} {
		t.Run(name, func(t *testing.T) {
			out, dir, err := site.install(t, env...)
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			program := filepath.Join(dir, "evalrun")
			want := "installed evalrun 0.2.0 as " + program + "\nadd it to PATH: export PATH=\"" + dir + ":$PATH\"\n"
			if out != want {
				t.Errorf("it says\n%swant\n%s", out, want)
			}
			if said, err := exec.Command(program, "version").Output(); err != nil || string(said) != "evalrun 0.2.0\n" {
				t.Errorf("the program says %q: %v", said, err)
			}
			holdsOnly(t, dir, "evalrun")
		})
	}
}

// A system without curl has wget.
func TestInstallByWget(t *testing.T) {
	site := newReleaseSite(t)
	bin := t.TempDir()
	for _, program := range []string{"wget", "uname", "mktemp", "rm", "awk", "sha256sum", "cut", "tar", "gzip", "mkdir", "cp", "chmod", "mv", "sed", "tail"} {
		if err := os.Symlink(needs(t, program), filepath.Join(bin, program)); err != nil {
			t.Fatal(err)
		}
	}
	sh := needs(t, "sh")
	if err := os.Symlink(sh, filepath.Join(bin, "sh")); err != nil {
		t.Fatal(err)
	}
	out, dir, err := site.install(t, "PATH="+bin)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	holdsOnly(t, dir, "evalrun")
}

// What is not the archive of the release is not installed, and leaves nothing.
func TestInstallRefuses(t *testing.T) {
	needs(t, "curl")
	for _, test := range []struct {
		name   string
		change []func(*releaseSite)
		env    []string
		want   string
	}{
		{"another archive", []func(*releaseSite){func(s *releaseSite) { s.archive[len(s.archive)-1] ^= 1 }}, nil, "is not what the release says: SHA-256 is "},
		{"an archive that was cut", []func(*releaseSite){func(s *releaseSite) { s.archive = s.archive[:40] }}, nil, "is not what the release says: SHA-256 is "},
		{"no checksum", []func(*releaseSite){func(s *releaseSite) { s.sums = "" }}, nil, "does not name evalrun_0.2.0_"},
		{"two checksums", []func(*releaseSite){func(s *releaseSite) { s.sums += s.sums }}, nil, "is not what the release says: SHA-256 is "},
		{"another checksum of ours", nil, []string{"EVALRUN_SHA256=00"}, "is not what EVALRUN_SHA256 says: SHA-256 is "},
		{"a version that is none", nil, []string{"EVALRUN_VERSION=../../../x"}, `EVALRUN_VERSION is "../../../x", expected a version such as 0.2.0`},
		{"a version that is not there", nil, []string{"EVALRUN_VERSION=9.9.9"}, "/download/v9.9.9/checksums.txt"},
		{"a server without TLS", nil, []string{"EVALRUN_RELEASES=http://example.com", "EVALRUN_VERSION=0.2.0"}, "http://example.com/download/v0.2.0/checksums.txt is not https://"},
	} {
		t.Run(test.name, func(t *testing.T) {
			site := newReleaseSite(t, test.change...)
			out, dir, err := site.install(t, test.env...)
			if err == nil || !strings.Contains(out, test.want) {
				t.Errorf("it ended with %v and said\n%swant an error with %q", err, out, test.want)
			}
			if _, err := os.Stat(dir); err == nil {
				holdsOnly(t, dir)
			}
		})
	}
}

// A shell that reads a script from a connection runs what came of it.
func TestInstallCut(t *testing.T) {
	needs(t, "curl")
	site := newReleaseSite(t)
	script, err := os.ReadFile("install.sh")
	if err != nil {
		t.Fatal(err)
	}
	for cut := 500; cut < len(script); cut += 500 {
		dir := t.TempDir()
		cmd := exec.Command("sh")
		cmd.Stdin = bytes.NewReader(script[:cut])
		cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "EVALRUN_RELEASES=" + site.url, "BINDIR=" + dir}
		out, _ := cmd.CombinedOutput() // most cuts are errors of syntax
		if holdsOnly(t, dir); strings.Contains(string(out), "installed") {
			t.Errorf("after %d bytes it says %s", cut, out)
		}
	}
}

func holdsOnly(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s holds %q, want %q", dir, got, want)
	}
}
