# syntax=docker/dockerfile:1
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json tsconfig.json tsconfig.build.json ./
COPY src ./src
COPY migrations ./migrations
# `npm ci` builds dist/ by the prepare script, the image of an empty database among it.
RUN npm ci

FROM node:22-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 SALIENT_DATA=/data
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts && mkdir /data && chown node:node /data
COPY --from=build /app/dist ./dist
COPY migrations ./migrations
COPY openapi ./openapi
COPY tiles ./tiles
COPY geodata ./geodata
COPY docs ./docs
COPY README.md CHANGELOG.md SECURITY.md LICENSE ./
USER node
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --start-period=90s CMD ["node", "-e", "fetch('http://127.0.0.1:8080/live').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/main.js"]
