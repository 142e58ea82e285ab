# Only what serving needs, run by a user that can write only to /tmp.
# To build on the same bytes every time, append to both FROM lines the digest that
# `docker buildx imagetools inspect python:3.11.14-slim-bookworm` prints: …-bookworm@sha256:….
FROM python:3.11.14-slim-bookworm AS build
WORKDIR /build
COPY requirements-serving.txt .
# Wheels only, verified by hash. hf-xet, which only speeds up downloads from a hub, is left out, so
# `pip check` reports it as missing.
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --no-deps --only-binary :all: --require-hashes \
        -r requirements-serving.txt \
 && /venv/bin/pip uninstall --yes pip setuptools
# Remove what is never imported, also from the lists of installed files: pandas' tests, and Gradio's
# server-side rendering, which needs Node.
RUN cd /venv/lib/python3.11/site-packages \
 && rm -r pandas/tests gradio/templates/node \
 && sed -i '\#^pandas/tests/#d' pandas-*.dist-info/RECORD \
 && sed -i '\#^gradio/templates/node/#d' gradio-*.dist-info/RECORD
COPY . /app
RUN rm /app/requirements-serving.txt \
 && cd /app && PYTHONDONTWRITEBYTECODE=1 /venv/bin/python -c "import page.sketchpad" \
 && python -m compileall -q --invalidation-mode unchecked-hash /app

FROM python:3.11.14-slim-bookworm
RUN useradd --uid 1000 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin user
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    OPENBLAS_NUM_THREADS=1 \
    GRADIO_ANALYTICS_ENABLED=False \
    GRADIO_SERVER_NAME=0.0.0.0 \
    GRADIO_SERVER_PORT=7860 \
    HOME=/tmp
WORKDIR /app
USER 1000
EXPOSE 7860
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["python", "-c", \
    "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"GRADIO_SERVER_PORT\"]}/readyz', timeout=4)"]
CMD ["python", "app.py"]
