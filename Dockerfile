# The image holds one static program and nothing else. Build: docker build -t beianbot .
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=development
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /beianbot ./bot \
 && mkdir /data

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /beianbot /beianbot
COPY --from=build --chown=65532:65532 /data /data
ENV BEIANBOT_DATA_DIR=/data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["/beianbot", "healthcheck"]
USER 65532:65532
ENTRYPOINT ["/beianbot"]
CMD ["serve"]
