package fakecloud

import (
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
)

// The examples are those of the AWS General Reference and of the published test
// suite of Signature Version 4.
func TestPublishedSignaturesAreVerified(t *testing.T) {
	suite := Signer{AccessKey: "AKIDEXAMPLE", Secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", Region: "us-east-1", Service: "service"}
	iam := suite
	iam.Service = "iam"
	for _, c := range []struct {
		name, method, url, signed, signature string
		by                                   Signer
		header                               map[string]string
	}{
		{"get-vanilla", "GET", "https://example.amazonaws.com/", "host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31", suite, nil},
		{"post-vanilla", "POST", "https://example.amazonaws.com/", "host;x-amz-date", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b", suite, nil},
		{
			"ListUsers", "GET", "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08", "content-type;host;x-amz-date",
			"5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7", iam,
			map[string]string{"content-type": "application/x-www-form-urlencoded; charset=utf-8"},
		},
	} {
		r, err := http.NewRequest(c.method, c.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range c.header {
			r.Header.Set(name, value)
		}
		r.Header.Set("x-amz-date", "20150830T123600Z")
		r.Header.Set("authorization", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/"+c.by.Service+
			"/aws4_request, SignedHeaders="+c.signed+", Signature="+c.signature)
		if err := c.by.Verify(r, nil); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if err := c.by.Verify(r, []byte("other")); err == nil || !strings.Contains(err.Error(), "does not match") {
			t.Errorf("%s: the signature is that of another body too: %v", c.name, err)
		}
	}
	if got := hex.EncodeToString(iam.key("20150830")); got != "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9" {
		t.Errorf("the key of the day is %s", got)
	}
}
