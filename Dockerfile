# The image of a release: the static binary and CA certificates, nothing else.
# goreleaser builds it from a directory that holds the binary of each platform.
# Suites are mounted at /work; what evalrun writes there is the user's that runs it:
#   docker run --rm -v "$PWD:/work" -u "$(id -u):$(id -g)" -e ANTHROPIC_API_KEY ghcr.io/evalrun/evalrun suites
FROM --platform=$BUILDPLATFORM alpine:3.22 AS certificates
RUN apk add --no-cache ca-certificates

FROM scratch
ARG TARGETPLATFORM
COPY --from=certificates /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY $TARGETPLATFORM/evalrun /evalrun
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/evalrun"]
