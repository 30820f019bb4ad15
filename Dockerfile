# syntax=docker/dockerfile:1
# yousu in one image: server, relay, workers and every command. Runs without root.
ARG PYTHON=python:3.11.14-slim-bookworm

FROM ${PYTHON} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
RUN python -m venv /opt/yousu && python -m venv /opt/builder
# Dependencies first: they change less often than the code. Nothing is installed without its hash.
COPY requirements.lock requirements-build.lock ./
RUN /opt/yousu/bin/pip install --no-deps --require-hashes --requirement requirements.lock \
 && /opt/builder/bin/pip install --no-deps --require-hashes --requirement requirements-build.lock
COPY pyproject.toml README.md LICENSE ./
COPY services ./services
RUN /opt/builder/bin/python -m hatchling build --target wheel \
 && /opt/yousu/bin/pip install --no-deps --no-index dist/*.whl \
 && /opt/yousu/bin/python -m compileall -q /opt/yousu/lib

FROM ${PYTHON}
LABEL org.opencontainers.image.title="yousu" \
      org.opencontainers.image.description="有诉必应马上办: every request of a city's residents, event-sourced" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --gid 10001 yousu \
 && useradd --uid 10001 --gid yousu --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin yousu \
 && install --directory --owner yousu --group yousu --mode 0700 /var/lib/yousu
COPY --from=build /opt/yousu /opt/yousu
ENV PATH=/opt/yousu/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    YOUSU_DATA=/var/lib/yousu
USER 10001:10001
WORKDIR /var/lib/yousu
VOLUME ["/var/lib/yousu"]
EXPOSE 8311
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=6 \
  CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8311/healthz', timeout=4)"]
ENTRYPOINT ["yousu"]
CMD ["serve", "--host", "0.0.0.0"]
