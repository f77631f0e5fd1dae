# The bot in a container: `docker build --tag paperboy .`, then see compose.yaml.

# The Python that the tests run on.
ARG PYTHON=3.11-slim-bookworm

FROM python:${PYTHON} AS build
ENV UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_NO_CACHE=1 \
    UV_PROJECT_ENVIRONMENT=/app \
    UV_PYTHON_DOWNLOADS=never
RUN pip install --no-cache-dir uv==0.13.9
WORKDIR /source
# Every version is determined by the date in pyproject.toml. First the packages, which change seldom, then our code.
COPY pyproject.toml README.md LICENSE ./
RUN uv sync --no-dev --all-extras --no-install-project
COPY bot bot
COPY adapters adapters
RUN uv sync --no-dev --all-extras --no-editable

FROM python:${PYTHON}
RUN groupadd --gid 10001 paperboy \
    && useradd --uid 10001 --gid paperboy --home-dir /data --no-create-home --shell /usr/sbin/nologin paperboy \
    && install --directory --owner=paperboy --group=paperboy /data
COPY --from=build /app /app
COPY seeds /notes
ENV PATH="/app/bin:${PATH}" \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PAPERBOY_NOTES=/notes \
    PAPERBOY_DATA=/data \
    PAPERBOY_HTTP_ADDRESS=0.0.0.0:8080
# Settings may also stand in /data/.env and /data/paperboy.toml: both are read where Paperboy is started.
WORKDIR /data
VOLUME /data
EXPOSE 8080
USER 10001:10001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=2m --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["paperboy"]
CMD ["run"]
