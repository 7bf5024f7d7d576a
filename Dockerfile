# docker build -t onneshon . ; docs/deployment.md says how to run it.

FROM debian:bookworm-slim AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3-venv python3-dev g++ pkg-config libicu-dev
WORKDIR /src
COPY pyproject.toml setup.py README.md LICENSE ./
COPY onneshon ./onneshon
COPY adapters ./adapters
COPY index ./index
COPY opensearch ./opensearch
COPY search ./search
COPY testing ./testing
COPY web ./web
RUN python3 -m venv /opt/onneshon \
 && /opt/onneshon/bin/pip install --no-cache-dir . \
 && /opt/onneshon/bin/pip uninstall -y pip

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 libicu72 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin onneshon \
 && install -d -o onneshon -g onneshon -m 0700 /data
COPY --from=build /opt/onneshon /opt/onneshon
ENV PATH=/opt/onneshon/bin:/usr/bin:/bin ONNESHON_INDEX=/data/index PYTHONUNBUFFERED=1
USER onneshon
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
 CMD ["python3", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["onneshon"]
CMD ["serve", "--host", "0.0.0.0", "--access-log", "-"]
