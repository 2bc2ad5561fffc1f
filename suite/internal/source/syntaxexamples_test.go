package source

// syntaxTests are texts that are not YAML, and what is said of them.
var syntaxTests = []struct{ name, text, want string }{
	{"a tab before a key", "a:\n\tb: 1\n", `2:1: found a tab in the indentation, expected spaces
  	b: 1
  ^
hint: indent with spaces only
`},
	{"a tab before an entry", "a:\n  - b\n \t- c\n", `3:2: found a tab in the indentation, expected spaces
   	- c
   ^
hint: indent with spaces only
`},
	{"a quote that the next line closes", "a: \"foo\nb: \"bar\"\n", `1:4: this quote is closed only on line 2, and more follows it there
  a: "foo
     ^
hint: close it where its text ends
`},
	{"a quote that nothing closes", "a: \"foo\nb: 1\n", `1:4: this " is not closed
  a: "foo
     ^
hint: write " where the text ends
`},
	{"a quote inside of single quotes", "a: 'it's'\n", `1:8: found more text after the quote, expected the end of the line
  a: 'it's'
         ^^
hint: quote the whole text; inside of it write '' for a quote
`},
	{"a quote inside of double quotes", "a: \"he said \"hi\" ok\"\n", `1:14: found more text after the quote, expected the end of the line
  a: "he said "hi" ok"
               ^^^^^^^
hint: quote the whole text; inside of it write \" for a quote
`},
	{"a bracket not closed", "a: [1, 2\nb: 3\n", `1:4: this [ is not closed
  a: [1, 2
     ^
hint: write ] where the list ends
`},
	{"a brace not closed", "a: {x: 1\nb: 3\nc: }\n", `1:4: this { is not closed
  a: {x: 1
     ^
hint: write } where the map ends
`},
	{"the wrong bracket", "a: [1, 2}\n", `1:9: found "}", expected "]" for the "[" of line 1
  a: [1, 2}
          ^
`},
	{"aliases without anchors", "a: *nope\nb: *noep\n", `1:4: the alias *nope has no anchor &nope before it
  a: *nope
     ^^^^^
hint: quote the text if it is not an alias
2:4: the alias *noep has no anchor &noep before it
  b: *noep
     ^^^^^
hint: quote the text if it is not an alias
`},
	{"an alias near an anchor", "c: &nope 1\nb: *noep\n", `2:4: the alias *noep has no anchor &noep before it
  b: *noep
     ^^^^^
hint: did you mean *nope?
`},
	{"a template", "text: {{ x }}\n", `1:7: YAML takes {{ for the start of a map
  text: {{ x }}
        ^^^^^^^
hint: quote the text: "{{ … }}"
`},
	{"a template and more", "text: {{ x }} and more\n", `1:7: YAML takes {{ for the start of a map
  text: {{ x }} and more
        ^^^^^^^
hint: quote the text: "{{ … }}"
`},
	{"a template in a list", "text: [{{ x }}]\n", `1:8: YAML takes {{ for the start of a map
  text: [{{ x }}]
         ^^^^^^^
hint: quote the text: "{{ … }}"
`},
	{"a colon in the text", "a: b: c\n", `1:5: found a second colon in one line, expected text
  a: b: c
      ^
hint: quote the text that holds it
`},
	{"an indentation of no level", "a:\n    b: 1\n  c: 2\n", `3:3: this line is indented by 2, which no line above it is
    c: 2
    ^^^^
hint: indent it by 0 or 4
`},
	{"a key below a value", "a: 1\n  b: 2\n", `2:3: found a key inside the text of line 1
    b: 2
    ^
hint: indent it by 0 instead of 2, or quote the text
`},
	{"a key below a quoted value", "a: \"1\"\n  b: 2\n", `2:3: this line is indented by 2, which no line above it is
    b: 2
    ^^^^
hint: indent it by 0
`},
	{"a key of an entry too far right", "- a: 1\n   b: 2\n", `2:4: found a key inside the text of line 1
     b: 2
     ^
hint: indent it by 2 instead of 3, or quote the text
`},
	{"an entry among keys", "a: 1\n- b\n", `2:1: found a list's dash among the keys of a map, expected a key
  - b
  ^
hint: indent the list below the key that it belongs to
`},
	{"a key among entries", "- a\nb: 1\n", `2:1: found a key among the entries of a list, expected a dash
  b: 1
  ^
hint: indent it below the entry, or begin it with a dash
`},
	{"signs that begin no text", "a: @x\nb: `y`\nc: %z\n", "1:4: no plain text can begin with \"@\"\n  a: @x\n     ^\nhint: quote the text\n2:4: no plain text can begin with \"`\"\n  b: `y`\n     ^\nhint: quote the text\n3:4: no plain text can begin with \"%\"\n  c: %z\n     ^\nhint: quote the text\n"},
	{"a comma that begins a text", "a: ,x\n", `1:4: no plain text can begin with ","
  a: ,x
     ^
hint: quote the text
`},
	{"no space after the first colon", "a:1\nb: 2\n", `1:2: found no space after the colon
  a:1
   ^
hint: write ": " between key and value
`},
	{"no space after a colon", "a: 1\nb:2\n", `2:2: found no space after the colon
  b:2
   ^
hint: write ": " between key and value
`},
	{"no space after a dash", "- a\n-b\n", `2:1: found no space after the dash
  -b
  ^
hint: write "- " before an entry
`},
	{"no comma between quoted texts", "a: [\"x\" \"y\"]\n", `1:9: found another value without a comma before it
  a: ["x" "y"]
          ^
hint: write a comma, or quote the whole text
`},
	{"no comma between members", "a: {x: 1 y: 2}\n", `1:11: found a second colon in one entry
  a: {x: 1 y: 2}
            ^
hint: is a comma missing before the key? quote the text if it holds the colon
`},
	{"a colon in a member", "a: {x: 1, y: 2: 3}\nb: @\n", `1:15: found a second colon in one entry
  a: {x: 1, y: 2: 3}
                ^
hint: is a comma missing before the key? quote the text if it holds the colon
2:4: no plain text can begin with "@"
  b: @
     ^
hint: quote the text
`},
	{"a block's line too far left", "a: |\n    x\n  y\n", `3:3: this line is indented by 2, which no line above it is
    y
    ^
hint: indent it by 0 or 4
`},
	{"text after a block's sign", "a: | text\n", `1:4: found more behind the sign "|", expected its text on the lines below
  a: | text
     ^
hint: begin the text on the next line, or quote it
`},
	{"unknown escapes", "a: \"\\d+ \\u12 \\q\"\nb: @x\n", `1:5: found \d in double quotes, which is not an escape
  a: "\d+ \u12 \q"
      ^^
hint: write \\ for a backslash, or use single quotes
1:9: found \u12 in double quotes, which is not an escape
  a: "\d+ \u12 \q"
          ^^^^
hint: \u takes four hexadecimal digits, and half of a surrogate pair its other half
1:14: found \q in double quotes, which is not an escape
  a: "\d+ \u12 \q"
               ^^
hint: write \\ for a backslash, or use single quotes
2:4: no plain text can begin with "@"
  b: @x
     ^
hint: quote the text
`},
	{"a line without a colon", "a: 1\nb\nc: 2\n", `2:1: found text without a colon, expected a key
  b
  ^
hint: write "key: value", or indent the text if it belongs to the line above
`},
	{"a list on its key's line", "a: - b\n", `1:4: found a list on the line of its key
  a: - b
     ^
hint: begin the list on the next line, or write it as [a, b]
`},
	{"two values", "\"a\"\n\"b\"\n", `2:1: found more after the end of the document's value
  "b"
  ^^^
hint: begin another document with "---"
`},
	{"no key", "a: 1\n b\n: c\n", `3:1: found no key before the colon
  : c
  ^
hint: write the key, or "" for an empty one
`},
	{"an expression with a colon", "a:\n  - name: x\n    assert: text contains \"Total: 5\"\n", "3:33: YAML cut this expression at `:`\n      assert: text contains \"Total: 5\"\n                                  ^\nhint: write it under \"assert: |\" or quote it\n"},
	{"expressions that begin with a quote", "assert:\n  - \"x\" in y\n  - 'a' == text\n", "2:9: YAML cut this expression at `in y`\n    - \"x\" in y\n          ^^^^\nhint: write it under \"assert: |\" or quote it\n3:9: YAML cut this expression at `== text`\n    - 'a' == text\n          ^^^^^^^\nhint: write it under \"assert: |\" or quote it\n"},
	{"a map in an expression", "assert:\n- json == {\"a\": 1, \"b\": 2}\n", "2:15: YAML cut this expression at `:`\n" + `  - json == {"a": 1, "b": 2}
                ^
hint: write it under "assert: |" or quote it
`},
	{"an assertion's name", "assert:\n- expr: x\n  name: a: b\n", `3:10: found a second colon in one line, expected text
    name: a: b
           ^
hint: quote the text that holds it
`},
	{"a ternary", "assert: a ? b : c\n", "1:15: YAML cut this expression at `:`\n  assert: a ? b : c\n                ^\nhint: write it under \"assert: |\" or quote it\n"},
	{"a colon in an expression's text", "assert: text == \"a: b\"\n", "1:19: YAML cut this expression at `:`\n  assert: text == \"a: b\"\n                    ^\nhint: write it under \"assert: |\" or quote it\n"},
	{"expressions that begin with a sign", "assert:\n- > 5\n- *2\n- @x\n- [1, 2] == json\n", "2:3: YAML cut this expression at `>`\n  - > 5\n    ^\nhint: write it under \"assert: |\" or quote it\n3:3: the alias *2 has no anchor &2 before it\n  - *2\n    ^^\nhint: quote the text if it is not an alias\n4:3: YAML cut this expression at `@`\n  - @x\n    ^\nhint: write it under \"assert: |\" or quote it\n5:10: YAML cut this expression at `== json`\n  - [1, 2] == json\n           ^^^^^^^\nhint: write it under \"assert: |\" or quote it\n"},
	{"an index in a list of expressions", "assert: [len(x[0]) > 1, y]\n", "1:15: YAML cut this expression at `[`\n  assert: [len(x[0]) > 1, y]\n                ^\nhint: write it under \"assert: |\" or quote it\n"},
	{"a ternary in a flow map", "assert:\n- {expr: a ? b : c}\n- {expr: a ?? b}\n", "2:16: YAML cut this expression at `:`\n  - {expr: a ? b : c}\n                 ^\nhint: write it under \"assert: |\" or quote it\n"},
	{"an index in a flow map", "assert:\n- {expr: x[0] > 1}\n", "2:15: YAML cut this expression at `>`\n  - {expr: x[0] > 1}\n                ^\nhint: write it under \"assert: |\" or quote it\n"},
	{"two commas", "a: [a,,b]\n", `1:7: found a comma without a value before it
  a: [a,,b]
        ^
hint: remove the comma, or quote it
`},
	{"a dash in brackets", "a: [- b]\n", `1:5: found a list's dash in brackets
  a: [- b]
      ^
hint: write only commas between the entries
`},
	{"no key in a flow map", "a: {: b}\n", `1:5: found no key before the colon
  a: {: b}
      ^
hint: write the key, or "" for an empty one
`},
	{"a bracket not closed before more keys", "x: [\n  a,\n  b\ny: 1\nz: [c]\n", `1:4: this [ is not closed
  x: [
     ^
hint: write ] where the list ends
`},
	{"quoted texts that go on", "a: \"x\" # ok\nb: \"y\" z\nc: \"d\" e\n", `2:8: found more text after the quote, expected the end of the line
  b: "y" z
         ^
hint: quote the whole text; inside of it write \" for a quote
3:8: found more text after the quote, expected the end of the line
  c: "d" e
         ^
hint: quote the whole text; inside of it write \" for a quote
`},
	{"properties without a value", "- !raw\n- &x\n- @\n", `3:3: no plain text can begin with "@"
  - @
    ^
hint: quote the text
`},
	{"a raw template without quotes", "a: !raw {{ x }}\n", `1:9: YAML takes {{ for the start of a map
  a: !raw {{ x }}
          ^^^^^^^
hint: quote the text: "{{ … }}"
`},
	{"a quote open to the end", "key: \"a\n\n", `1:6: this " is not closed
  key: "a
       ^
hint: write " where the text ends
`},
	{"a single quote open to the end", "a: 'x\n", `1:4: this ' is not closed
  a: 'x
     ^
hint: write ' where the text ends
`},
	{"half a surrogate pair", "a: \"\\ud83d x\"\n", `1:5: found \ud83d in double quotes, which is not an escape
  a: "\ud83d x"
      ^^^^^^
hint: \u takes four hexadecimal digits, and half of a surrogate pair its other half
`},
	{"another version of YAML", "%YAML 2.0\n---\na: 1\n", `1:1: this is not YAML: found incompatible YAML document
  %YAML 2.0
  ^
`},
	{"problems in several documents", "a: 1\n---\nb: @\n---\nc: d: e\n", `3:4: no plain text can begin with "@"
  b: @
     ^
hint: quote the text
5:5: found a second colon in one line, expected text
  c: d: e
      ^
hint: quote the text that holds it
`},
	{"an ampersand", "a: &\n", `1:4: no plain text can begin with "&"
  a: &
     ^
hint: quote the text
`},
	{"an asterisk", "a: * b\n", `1:4: no plain text can begin with "*"
  a: * b
     ^
hint: quote the text
`},
	{"an expression and a name", "assert:\n  - text\n    name: x\n", `3:5: found a key inside the text of line 2
      name: x
      ^^^^
hint: write "expr: " before the expression
`},
	{"a tab below a value", "a: foo\n\tb: 1\n", `2:1: found a tab in the indentation, expected spaces
  	b: 1
  ^
hint: indent with spaces only
`},
	{"a key of a case too far left", "cases:\n  - name: x\n   messages: y\n", `3:4: this line is indented by 3, which no line above it is
     messages: y
     ^^^^^^^^^^^
hint: indent it by 2 or 4
`},
	{"a message too far right", "cases:\n- name: x\n  messages:\n  - user: a\n   - assistant: b\n", `5:4: this line is indented by 3, which no line above it is
     - assistant: b
     ^^^^^^^^^^^^^^
hint: indent it by 2 or 4
`},
	{"a brace open to the end", "{a: 1\n", `1:1: this { is not closed
  {a: 1
  ^
hint: write } where the map ends
`},
	{"a bracket too many", "[1, 2]]\n", `1:7: found more text after the bracket, expected the end of the line
  [1, 2]]
        ^
hint: quote the whole text, or remove it
`},
	{"a bracket that begins a text", "a: ]\n", `1:4: no plain text can begin with "]"
  a: ]
     ^
hint: quote the text
`},
	{"an entry too far right", "- \"a\"\n - b\n", `2:2: this line is indented by 1, which no line above it is
   - b
   ^^^
hint: indent it by 0
`},
	{"a key too far right", "name: x\n description: y\n", `2:2: found a key inside the text of line 1
   description: y
   ^^^^^^^^^^^
hint: indent it by 0 instead of 1, or quote the text
`},
	{"a comment that hides a bracket", "cases:\n  - messages: [{user: Fix #1}]\n    assert: text\n", `2:16: this { is not closed
    - messages: [{user: Fix #1}]
                 ^
hint: YAML takes "#1}]" for a comment; quote the text that holds it
`},
	{"a question mark as a value", "a: ? b\n", `1:4: found "?", expected a value
  a: ? b
     ^
hint: quote the text
`},
	{"a bracket open at a document's end", "a: [b, c\n---\nd: [\n", `1:4: this [ is not closed
  a: [b, c
     ^
hint: write ] where the list ends
`},
	{"a bracket open at the file's end", "a: 1\n---\nb: [\n", `3:4: this [ is not closed
  b: [
     ^
hint: write ] where the list ends
`},
	{"a directive that is none", "%FOO\n---\na: 1\n", `1:5: this is not YAML: found unknown directive name
  %FOO
      ^
`},
	{"a block that is not indented", "assert: |\ntext contains \"a\"\nb: 1\n", `2:1: found text without a colon, expected a key
  text contains "a"
  ^^^^^^^^^^^^^^^^^
hint: write "key: value", or indent the text if it belongs to the line above
`},
	{"carriage returns", "a:\r\n  - b\r\n c: d\r\n", `3:2: this line is indented by 1, which no line above it is
   c: d
   ^^^^
hint: indent it by 0 or 2
`},
	{"a key at the level of entries", "cases:\n  - name: x\n    assert: y\n  name: z\n", `4:3: found a key among the entries of a list, expected a dash
    name: z
    ^^^^
hint: indent it below the entry, or begin it with a dash
`},
}
