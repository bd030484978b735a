# syntax=docker/dockerfile:1
# The version that package.json pins for development, so that tests and production run on the same one.
ARG NODE_VERSION=24.21.0

FROM node:${NODE_VERSION}-slim AS dependencies
WORKDIR /app
# npm wants the manifest of every workspace. They change seldom: this layer is built again only when one of them does.
COPY package.json package-lock.json .npmrc ./
COPY packages/pawl/package.json packages/pawl/
COPY packages/client/package.json packages/client/
COPY packages/server/package.json packages/server/
COPY packages/local-postgres/package.json packages/local-postgres/
COPY examples/marketplace/package.json examples/marketplace/
COPY bench/package.json bench/
COPY campaign/package.json campaign/
# Not `npm ci`: it refuses a lockfile that lacks the native tools of some other platform. Versions and hashes are the lockfile's.
RUN npm install --no-save --omit=dev --ignore-scripts

FROM node:${NODE_VERSION}-slim
ENV NODE_ENV=production \
    APP_ENV=prod \
    APP_HOST=0.0.0.0 \
    DATABASE_URL=sqlite:/data/pawl.db
WORKDIR /app
COPY --from=dependencies /app ./
COPY packages/pawl packages/pawl
COPY packages/server packages/server
COPY workflows workflows
# The first start of every container would otherwise strip and parse all sources again: one start here remembers them.
RUN install -d -o node -g node /data node_modules/.cache/pawl \
 && printf '%s\n' '#!/bin/sh' 'exec node --max-semi-space-size=16 /app/packages/server/src/main.js "$@"' > /usr/local/bin/pawl \
 && chmod 755 /usr/local/bin/pawl
USER node
RUN APP_ENV=local APP_HOST=127.0.0.1 DATABASE_URL=sqlite:/tmp/warm/pawl.db timeout --preserve-status -s TERM 5 pawl serve \
 && rm -rf /tmp/warm
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s --start-interval=1s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.APP_PORT || 8000}/readyz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["pawl"]
CMD ["serve"]
