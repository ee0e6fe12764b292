FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json ./
COPY .ci/build.mjs ./.ci/
COPY src ./src
COPY jobs ./jobs
RUN npm run build && npm prune --omit=dev

FROM node:20-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY manifests ./manifests
RUN ln -s /app/dist/program/uccx-doctor.js /usr/local/bin/uccx-doctor \
 && install -d -o node -g node /var/lib/uccx-doctor /lab /keys /keys/bot /keys/site-hq /keys/site-branch
# The number, so that Kubernetes sees that it is not root.
USER 1000:1000
# One arena: glibc keeps 64 MB for good otherwise, in a worker that has at most 256.
ENV XDG_STATE_HOME=/var/lib/uccx-doctor MALLOC_ARENA_MAX=1
VOLUME /var/lib/uccx-doctor
# Asks UCCX_HEALTH_URL, as http://127.0.0.1:9464/readyz; without it a process that runs counts as well.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["node", "/app/dist/program/healthy.js"]
ENTRYPOINT ["uccx-doctor"]
CMD ["help"]
