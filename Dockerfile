# docker build -t onneshon .
# With wheels that were made before, nothing is compiled: docker build --build-context wheels=dist -t onneshon .
# docs/deployment.md says how to run it.

FROM debian:bookworm-slim AS compile
# The image is built anew for each release, with what Debian has mended since.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3-venv python3-dev g++ pkg-config libicu-dev \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.cache/pip ./dev wheels python3

FROM scratch AS wheels
COPY --from=compile /src/dist /

FROM debian:bookworm-slim
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 libfribidi0 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin onneshon \
 && install -d -o onneshon -g onneshon -m 0700 /data /keys
RUN --mount=type=bind,from=wheels,target=/wheels \
    python3 -m venv --without-pip /opt/onneshon \
 && /opt/onneshon/bin/python "$(echo /wheels/pip-*.whl)/pip" install --quiet --no-cache-dir \
      --no-index --find-links /wheels --constraint /wheels/constraints.txt 'onneshon[server]'
ENV PATH=/opt/onneshon/bin:/usr/bin:/bin ONNESHON_INDEX=/data/index PYTHONUNBUFFERED=1
# By number, so that whoever runs it sees without looking inside that it is not root.
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
 CMD ["python3", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["onneshon"]
CMD ["serve", "--host", "0.0.0.0", "--access-log", "-"]
