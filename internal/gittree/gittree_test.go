package gittree

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// repository makes a repository whose only commit has a tree that git itself would
// not make.
type repository struct {
	t   *testing.T
	dir string
}

func newRepository(t *testing.T) *repository {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	r := &repository{t, t.TempDir()}
	r.git("", "init", "-q")
	return r
}

func (r *repository) options() Options {
	return Options{Dir: r.dir, Env: append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")}
}

func (r *repository) git(stdin string, args ...string) string {
	r.t.Helper()
	cmd := exec.Command("git", append([]string{"-C", r.dir, "-c", "user.name=a", "-c", "user.email=a@example.com"}, args...)...)
	cmd.Stdin = strings.NewReader(stdin)
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// tree writes a tree object byte for byte: mode, name and object of each entry.
func (r *repository) tree(entries ...[3]string) string {
	r.t.Helper()
	var raw bytes.Buffer
	for _, e := range entries {
		fmt.Fprintf(&raw, "%s %s\x00", e[0], e[1])
		for i := 0; i < len(e[2]); i += 2 {
			var b byte
			fmt.Sscanf(e[2][i:i+2], "%02x", &b)
			raw.WriteByte(b)
		}
	}
	return r.git(raw.String(), "hash-object", "-t", "tree", "-w", "--literally", "--stdin")
}

func (r *repository) blob(text string) string {
	return r.git(text, "hash-object", "-w", "--stdin")
}

func (r *repository) commit(tree string) {
	r.git("", "update-ref", "HEAD", r.git("", "commit-tree", "-m", "made", tree))
}

func (r *repository) open() *Tree {
	r.t.Helper()
	c, err := Find(context.Background(), "HEAD", r.options())
	if err != nil {
		r.t.Fatal(err)
	}
	tree, err := c.Open(context.Background())
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { tree.Close() })
	return tree
}

// A tree can say what no checkout would: nothing of it is written anywhere else.
func TestHostileTrees(t *testing.T) {
	r := newRepository(t)
	text := r.blob("text")
	inner := r.tree([3]string{"100644", "deep", text})
	r.commit(r.tree(
		[3]string{"100644", "a.txt", text},
		[3]string{"100644", "a.txt", text},
		[3]string{"100644", "a.txt/x", text},
		[3]string{"100644", "../up", text},
		[3]string{"40000", "..", inner},
		[3]string{"40000", ".GIT", inner},
		[3]string{"100644", "/etc/abs", text},
		[3]string{"100644", "back\\slash", text},
		[3]string{"120000", "absolute", r.blob("/etc/passwd")},
		[3]string{"120000", "inside", r.blob("a.txt")},
		[3]string{"120000", "nowhere", r.blob("")},
		[3]string{"120000", "outside", r.blob("../a.txt")},
		[3]string{"120000", "self", r.blob(".")},
		[3]string{"100644", "self/self/x", text},
		[3]string{"120000", "self/self/y", r.blob("../../a.txt")},
		[3]string{"160000", "sub", strings.Repeat("1", 40)},
		[3]string{"10777", "device", text},
	))
	tree := r.open()
	for name, want := range map[string]string{
		"sub": "submodule", "sub/suite.yaml": "submodule", "absolute": "out of the root", "outside": "out of the root", "nowhere": "out of the root",
		"../up": "leads elsewhere", "../deep": "leads elsewhere", ".GIT/deep": "leads elsewhere", "/etc/abs": "leads elsewhere", "back\\slash": "leads elsewhere", "device": "submodule",
		"a.txt": "another file of that name",
	} {
		if got := tree.Why(name); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	beside, err := os.ReadDir(filepath.Dir(tree.Dir))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range beside {
		if e.Name() == "up" || e.Name() == "deep" || e.Name() == "a.txt" {
			t.Errorf("%s is beside the directory", e.Name())
		}
	}
	if err := tree.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(tree.Dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the directory is still there: %v", err)
	}
}

// What is read is what the commit holds, once it is filled.
func TestFill(t *testing.T) {
	r := newRepository(t)
	r.commit(r.tree(
		[3]string{"100644", "a.txt", r.blob("text")},
		[3]string{"100755", "empty", r.blob("")},
		[3]string{"100644", "gone", strings.Repeat("2", 40)},
		[3]string{"100644", "large", r.blob(strings.Repeat("x", 2000))},
		[3]string{"120000", "link", r.blob("a.txt")},
		[3]string{"100644", "pointer", r.blob("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n")},
		[3]string{"100644", "wide", r.blob(strings.Repeat("y", 1000))},
	))
	tree := r.open()
	for range 2 {
		for name, want := range map[string]string{"large": "2000 bytes", "pointer": "Git LFS", "gone": "does not hold it"} {
			if err := tree.Fill(name, 1000); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %q", name, err, want)
			}
		}
		for name, want := range map[string]string{"a.txt": "text", "empty": "", "wide": strings.Repeat("y", 1000)} {
			err := tree.Fill(name, 1000)
			got, readErr := os.ReadFile(filepath.Join(tree.Dir, name))
			if string(got) != want || err != nil || readErr != nil {
				t.Errorf("%s holds %q, %v, %v", name, got, err, readErr)
			}
		}
	}
	if got, err := os.ReadFile(filepath.Join(tree.Dir, "link")); string(got) != "text" || err != nil {
		t.Errorf("the link gives %q, %v", got, err)
	}
}

// The settings and hooks of a repository run nothing.
func TestNothingRuns(t *testing.T) {
	r := newRepository(t)
	ran := filepath.Join(t.TempDir(), "ran")
	script := filepath.Join(r.dir, ".git", "run.sh")
	if err := os.WriteFile(script, []byte("#!/bin/sh\ntouch "+ran+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "filter.x.smudge", "filter.x.process", "diff.external", "remote.o.uploadpack"} {
		r.git("", "config", key, script)
	}
	r.git("", "config", "core.hooksPath", filepath.Dir(script))
	r.git("", "config", "remote.o.url", "ssh://127.0.0.1:1/x")
	r.git("", "config", "remote.o.promisor", "true")
	r.git("", "config", "extensions.partialClone", "o")
	os.Remove(ran) // which git above may have made
	r.commit(r.tree(
		[3]string{"100644", ".gitattributes", r.blob("* filter=x\n")},
		[3]string{"100644", "a.txt", r.blob("text")},
		[3]string{"100644", "gone", strings.Repeat("2", 40)},
	))
	os.Remove(ran)
	tree := r.open()
	if err := tree.Fill("a.txt", 100); err != nil {
		t.Error(err)
	}
	_ = tree.Fill("gone", 100) // an error, or the end of cat-file: git may say either
	if _, err := os.Stat(ran); err == nil {
		t.Error("something of the repository ran")
	}
}

func TestFind(t *testing.T) {
	r := newRepository(t)
	r.commit(r.tree([3]string{"100644", "a.txt", r.blob("text")}))
	ctx := context.Background()
	for _, ref := range []string{"", "-x", "--output=x", "HEAD\n", strings.Repeat("a", 2000), "nowhere", "HEAD:a.txt", "HEAD^{tree}"} {
		if c, err := Find(ctx, ref, r.options()); err == nil {
			t.Errorf("%q is %v", ref, c)
		}
	}
	c, err := Find(ctx, "HEAD", r.options())
	if err != nil {
		t.Fatal(err)
	}
	by, err := Find(ctx, c.Hash[:12], r.options())
	if err != nil || by.String() != c.Hash[:10] || c.String() != "HEAD ("+c.Hash[:10]+")" {
		t.Errorf("%v and %v, %v", c, by, err)
	}
	none := r.options()
	none.Dir = t.TempDir()
	none.Env = append(none.Env, "GIT_CEILING_DIRECTORIES="+filepath.Dir(none.Dir))
	if _, err := Find(ctx, "HEAD", none); !errors.Is(err, ErrNotRepository) {
		t.Errorf("outside of a repository: %v", err)
	}
}
